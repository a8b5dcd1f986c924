import Foundation

/// What the body of an error says: `{"error":"…"}`, whose text may itself be the JSON of the model's runner, or any
/// text.
struct OllamaFailure {
  var text: String
  /// Tokens of a prompt that was too long.
  var promptTokens: Int?
  /// The context that it was too long for.
  var contextLength: Int?

  private struct Reply: Decodable { var error: String }

  private struct RunnerReply: Decodable {
    var error: Details

    struct Details: Decodable {
      var message: String?
      var promptTokens: Int?
      var contextLength: Int?

      enum CodingKeys: String, CodingKey {
        case message
        case promptTokens = "n_prompt_tokens"
        case contextLength = "n_ctx"
      }
    }
  }

  init(_ body: Data) {
    let decoder = JSONDecoder()
    guard let reply = try? decoder.decode(Reply.self, from: body) else {
      let start = String(decoding: body.prefix(200), as: UTF8.self)
      text = start.isEmpty ? "without a reason" : start.debugDescription
      return
    }
    text = reply.error
    guard let runner = try? decoder.decode(RunnerReply.self, from: Data(reply.error.utf8)) else { return }
    text = runner.error.message ?? reply.error
    promptTokens = runner.error.promptTokens
    contextLength = runner.error.contextLength
  }
}

extension OllamaFailure {
  /// What a status of 400 means when the prompt is too long for the context; nil when it means something else. Ollama's
  /// own runners give no figures, only words.
  var contextExceeded: OllamaContextExceeded? {
    guard promptTokens != nil || contextLength != nil || ChatFailure.speaksOfContext(text) else { return nil }
    return OllamaContextExceeded(promptTokens: promptTokens, contextLength: contextLength)
  }
}

/// The prompt is longer than the context. ``OllamaModel`` learns from the count before it tells the caller.
struct OllamaContextExceeded: Error {
  var promptTokens: Int?
  var contextLength: Int?
}
