import CommentCore

/// How long a server keeps a model in memory: a Go duration such as `5m`, or a number of seconds; negative for ever.
public struct OllamaKeepAlive: Encodable, Sendable, Equatable {
  /// As a person writes it.
  public let text: String

  /// - Throws: ``CommentBotError`` with code `configuration`.
  public init(_ text: String) throws {
    guard text.wholeMatch(of: /-?\d+|-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+/) != nil else {
      throw CommentBotError(
        .configuration, "use", "ollama.keep_alive = \(text)", cause: "it is no duration", hint: "--keep-alive 5m")
    }
    self.text = text
  }

  /// Whether the model is to be freed at once.
  var isZero: Bool { text.allSatisfy { !("1"..."9").contains($0) } }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    // Ollama takes seconds as a number only.
    if let seconds = Int(text) { try container.encode(seconds) } else { try container.encode(text) }
  }
}
