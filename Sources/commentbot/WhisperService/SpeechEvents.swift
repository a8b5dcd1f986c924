import CommentCore
import Foundation

/// A transcript as the events of OpenAI's stream, window by window. The deltas joined are the text at the end.
struct SpeechEvents {
  private let format: SpeechRequest.Format
  private var text = ""
  /// Space that belongs before the next word, if one comes.
  private var space = ""
  private var segmentCount = 0
  private var logprobs: [SpeechResponse.Logprob]?

  init(format: SpeechRequest.Format) {
    self.format = format
  }

  /// The lines for the window's segments.
  mutating func take(_ window: TranscriptionWindow) throws -> [String] {
    var lines: [String] = []
    for var segment in window.segments {
      let delta = take(segment.text)
      let tokens = SpeechResponse.Logprob.all(of: [segment])
      if let tokens { logprobs = (logprobs ?? []) + tokens }
      if !delta.isEmpty { lines.append(try Self.line(Delta(delta: delta, logprobs: tokens))) }
      if format == .diarizedJSON {
        segment.id = segmentCount
        lines.append(try Self.line(SpeechResponse.SpokenSegment(segment)))
      }
      segmentCount += 1
    }
    return lines
  }

  func done() throws -> String { try Self.line(Done(text: text, logprobs: logprobs)) }

  static func line(_ event: some Encodable) throws -> String {
    "data: \(try JSONLine.of(event))\n\n"
  }

  private mutating func take(_ segment: String) -> String {
    let whole = space + segment
    let end = whole.lastIndex { !$0.isWhitespace }.map(whole.index(after:)) ?? whole.startIndex
    space = String(whole[end...])
    let delta = text.isEmpty ? String(whole[..<end].drop(while: \.isWhitespace)) : String(whole[..<end])
    text += delta
    return delta
  }

  private struct Delta: Encodable {
    var type = "transcript.text.delta"
    var delta: String
    var logprobs: [SpeechResponse.Logprob]?
  }

  private struct Done: Encodable {
    var type = "transcript.text.done"
    var text: String
    var logprobs: [SpeechResponse.Logprob]?
  }
}
