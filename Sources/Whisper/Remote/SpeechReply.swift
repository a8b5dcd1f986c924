import CommentCore
import Foundation

/// What a service answers: OpenAI's `verbose_json`, as far as it is needed, and what CommentBot's own adds.
///
/// Times out of what was sent, backward ones and such that overlap are mended, as those of the engine are; a time that
/// is no number, or text without times, is no such answer and is refused.
struct SpeechReply: Decodable, Sendable {
  struct Part: Decodable, Sendable {
    var text: String
    /// Seconds of what was sent.
    var start, end: Double
    /// Equal in the segments that were decoded together.
    var seek: Double?
    var tokens: [Int]?
    var temperature, avgLogprob, noSpeechProb: Double?
    var words: [Spoken]?
  }

  /// A word, with whisper.cpp's server a token.
  struct Spoken: Decodable, Sendable {
    var word: String
    /// Seconds of what was sent.
    var start, end: Double
    var probability: Double?
  }

  var text: String?
  /// A name or a code.
  var language: String?
  var segments: [Part]?
  /// Of all segments; other servers have them in each segment.
  var words: [Spoken]?
  /// By code, in 0...1; from CommentBot's service and from whisper.cpp's server.
  var languageProbabilities: [String: Double]?
  /// From CommentBot's service.
  var heard: [HeardChunk]?

  /// - Throws: ``CommentBotError`` with code `badReply`.
  init(_ body: Data, from address: ServiceAddress) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(Self.self, from: body)
    } catch {
      let start = String(decoding: body.prefix(80), as: UTF8.self).debugDescription
      throw Self.refused(address, "\(Self.place(error) ?? "the answer is not verbose_json"): \(start)")
    }
  }

  /// Where the answer is not what it should be.
  private static func place(_ error: any Error) -> String? {
    let (path, text): ([any CodingKey], String)
    switch error as? DecodingError {
    case .keyNotFound(let key, let context): (path, text) = (context.codingPath + [key], "is missing")
    case .typeMismatch(_, let context): (path, text) = (context.codingPath, "is of the wrong type")
    case .valueNotFound(_, let context): (path, text) = (context.codingPath, "has no value")
    default: return nil
    }
    let name = path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    return path.isEmpty ? nil : "\(name) \(text)"
  }

  static func refused(_ address: ServiceAddress, _ cause: String) -> CommentBotError {
    CommentBotError(
      .badReply, "read the answer of", "the whisper service at \(address.base)", cause: cause,
      hint: "use a service that answers with OpenAI's verbose_json, such as `commentbot whisper-service`")
  }

  /// What was heard, in the engine's own words.
  /// - Parameter count: samples that were sent; no time lies beyond them.
  /// - Throws: ``CommentBotError`` with code `badReply` when there is text and nobody says when.
  func chunks(_ request: WindowRequest, count: Int, from address: ServiceAddress) throws -> [HeardChunk] {
    let rate = AudioSamples.sampleRate
    let builder = ReplyChunks(request: request, latest: (count * 100 + rate - 1) / rate)
    if let heard { return heard.map(builder.bounded) }
    guard text != nil || segments != nil else { throw Self.refused(address, "it has neither text nor segments") }
    let parts = segments ?? []
    guard !parts.isEmpty || (text ?? "").allSatisfy(\.isWhitespace) else {
      throw Self.refused(address, "there is text, and no segment that says when it was said")
    }
    guard parts.count <= builder.capacity else {
      throw Self.refused(address, "it has \(parts.count) segments for \(builder.latest) hundredths of a second")
    }
    return builder.chunks(parts, words: words)
  }
}
