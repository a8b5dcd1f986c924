import CommentCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Whisper

/// A transcript as OpenAI's audio endpoints give it.
struct SpeechResponse {
  let transcript: Transcript
  let request: SpeechRequest

  func response() throws -> Response {
    switch request.format {
    case .json: try Self.json(Plain(text: text, logprobs: Logprob.all(of: transcript.segments), usage: usage))
    case .verboseJSON: try Self.json(verbose)
    case .diarizedJSON: try Self.json(diarized)
    case .text: Self.text(text + "\n")
    case .srt: Self.text(TranscriptFormat.srt.render(transcript))
    case .vtt: Self.text(TranscriptFormat.vtt.render(transcript))
    }
  }

  var text: String { transcript.text.trimmingCharacters(in: .whitespacesAndNewlines) }

  static let jsonType = "application/json; charset=utf-8"

  static func json(_ value: some Encodable) throws -> Response {
    content(try JSONLine.of(value), type: jsonType)
  }

  static func text(_ text: String) -> Response {
    content(text, type: "text/plain; charset=utf-8")
  }

  private static func content(_ text: String, type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  // MARK: - The objects

  /// Seconds are counted as OpenAI does: each one begun is a whole one.
  struct Usage: Encodable {
    var type = "duration"
    var seconds: Double
  }

  struct Plain: Encodable {
    var text: String
    /// nil unless they were to be included.
    var logprobs: [Logprob]?
    var usage: Usage
  }

  /// A token and how likely it was.
  struct Logprob: Encodable {
    /// As text: where a character is split over tokens, only the bytes tell.
    var token: String
    var bytes: [UInt8]
    var logprob: Double

    static func all(of segments: [Segment]) -> [Logprob]? {
      let all = segments.compactMap(\.tokenLogprobs)
      guard !all.isEmpty else { return nil }
      return all.joined().map { token in
        Logprob(token: String(decoding: token.bytes, as: UTF8.self), bytes: token.bytes, logprob: token.logprob)
      }
    }
  }

  struct Verbose: Encodable {
    struct Part: Encodable {
      var id: Int
      var seek: Int
      var start, end: Double
      var text: String
      var tokens: [Int]
      var temperature, avgLogprob, compressionRatio, noSpeechProb: Double
    }
    struct Spoken: Encodable {
      var word: String
      var start, end: Double
    }
    var task: String
    /// The English name in lower case.
    var language: String
    var duration: Double
    var text: String
    var segments: [Part]?
    var words: [Spoken]?
    var usage: Usage
  }

  struct Diarized: Encodable {
    var task = "transcribe"
    var duration: Double
    var text: String
    var segments: [SpokenSegment]
    var usage: Usage
  }

  /// A segment with its speaker, in an answer and as an event of a stream.
  struct SpokenSegment: Encodable {
    var type = "transcript.text.segment"
    var id: String
    var start, end: Double
    var text: String
    /// A for all while speakers are not told apart.
    var speaker: String

    init(_ segment: Segment) {
      id = "seg_\(segment.id)"
      (start, end) = (segment.start, segment.end)
      text = segment.text.trimmingCharacters(in: .whitespacesAndNewlines)
      speaker = segment.speaker ?? "A"
    }
  }

  private var usage: Usage { Usage(seconds: transcript.duration.rounded(.up)) }

  private var diarized: Diarized {
    Diarized(
      duration: transcript.duration, text: text, segments: transcript.segments.map(SpokenSegment.init), usage: usage)
  }

  private var verbose: Verbose {
    let isTranslation = request.options.task == .translate
    return Verbose(
      task: request.options.task.rawValue,
      language: isTranslation ? "english" : LanguageName.english(of: transcript.language) ?? transcript.language,
      duration: transcript.duration, text: text, segments: request.hasSegments ? segments : nil,
      words: request.hasWords ? words : nil, usage: usage)
  }

  private var segments: [Verbose.Part] {
    transcript.segments.map { segment in
      Verbose.Part(
        id: segment.id, seek: Int((segment.start * 100).rounded()), start: segment.start, end: segment.end,
        text: segment.text, tokens: segment.tokens, temperature: segment.temperature, avgLogprob: segment.avgLogprob,
        compressionRatio: segment.compressionRatio, noSpeechProb: segment.noSpeechProb)
    }
  }

  private var words: [Verbose.Spoken] {
    transcript.segments.flatMap { $0.words ?? [] }.map { word in
      Verbose.Spoken(
        word: word.word.trimmingCharacters(in: .whitespacesAndNewlines), start: word.start, end: word.end)
    }
  }
}
