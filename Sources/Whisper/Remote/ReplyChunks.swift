import CommentCore
import Foundation

/// Turns the segments of a service's answer into what the engine itself would give.
struct ReplyChunks {
  let request: WindowRequest
  /// Hundredths of a second of what was sent.
  let latest: Int

  /// Hundredths of a second: no segment is shorter.
  private static let shortest = 2

  /// Segments that there is room for.
  var capacity: Int { max(1, latest / Self.shortest) }

  /// - Parameter words: of all segments, when they do not have their own.
  func chunks(_ parts: [SpeechReply.Part], words: [SpeechReply.Spoken]?) -> [HeardChunk] {
    var rest = (words ?? [])[...]
    var chunks: [HeardChunk] = []
    for (index, (part, times)) in zip(parts, ordered(parts)).enumerated() {
      var own = part.words
      if own == nil, words != nil {
        let next = index + 1 < parts.count ? parts[index + 1].start : .infinity
        own = Array(rest.prefix { $0.start < next })
        rest = rest.dropFirst(own?.count ?? 0)
      }
      let segment = segment(part, at: times, words: own)
      if index > 0, let seek = part.seek, seek == parts[index - 1].seek {
        chunks[chunks.count - 1].segments.append(segment)
        chunks[chunks.count - 1].text += segment.text
      } else {
        chunks.append(
          HeardChunk(
            segments: [segment], noSpeechProb: min(max(part.noSpeechProb ?? 0, 0), 1), text: segment.text,
            temperature: part.temperature ?? request.options.temperature, avgLogprob: segment.avgLogprob))
      }
    }
    return chunks
  }

  /// The chunk with no time beyond what was sent: what comes over a network is not trusted.
  func bounded(_ chunk: HeardChunk) -> HeardChunk {
    var chunk = chunk
    chunk.segments = chunk.segments.map { segment in
      var segment = segment
      (segment.start, segment.end) = (bounded(segment.start), bounded(segment.end))
      for index in segment.timed.indices {
        let times = [bounded(segment.timed[index].start), bounded(segment.timed[index].end)].sorted()
        (segment.timed[index].start, segment.timed[index].end) = (times[0], times[1])
        segment.timed[index].probability = min(max(segment.timed[index].probability, 0), 1)
      }
      return segment
    }
    return chunk
  }

  /// The times of the segments within what was sent, each behind the one before, and none without length.
  private func ordered(_ parts: [SpeechReply.Part]) -> [Range<Int>] {
    var starts: [Int] = []
    for (index, part) in parts.enumerated() {
      let room = (parts.count - index) * Self.shortest
      let earliest = starts.last.map { $0 + Self.shortest } ?? 0
      starts.append(max(0, min(max(hundredths(part.start), earliest), latest - room)))
    }
    return zip(parts, starts).enumerated().map { index, one in
      let next = index + 1 < starts.count ? starts[index + 1] : latest
      return one.1..<max(one.1, min(max(hundredths(one.0.end), one.1 + Self.shortest), next))
    }
  }

  private func bounded(_ hundredths: Int) -> Int { min(max(hundredths, 0), latest) }

  private func hundredths(_ seconds: Double) -> Int {
    Int((min(max(seconds, 0), Double(latest) / 100) * 100).rounded())
  }

  private func segment(
    _ part: SpeechReply.Part, at times: Range<Int>, words: [SpeechReply.Spoken]?
  ) -> HeardChunk.Segment {
    func within(_ seconds: Double) -> Int { min(max(hundredths(seconds), times.lowerBound), times.upperBound) }
    let logprob = min(part.avgLogprob ?? 0, 0)
    // Of a word whose probability nobody tells, that of its segment is the best guess.
    let timed = (words ?? []).map { word in
      let probability = min(max(word.probability ?? exp(logprob), 0), 1)
      return HeardToken(
        bytes: Array(word.word.utf8), start: within(min(word.start, word.end)), end: within(max(word.start, word.end)),
        probability: probability, logprob: log(max(probability, 1e-9)))
    }
    return HeardChunk.Segment(
      start: times.lowerBound, end: times.upperBound, text: part.text, tokens: part.tokens ?? [],
      avgLogprob: logprob, timed: withSpaces(timed, of: part.text))
  }

  /// Parts of words, as whisper.cpp's server gives them, have their spaces; OpenAI's whole words have neither these nor
  /// punctuation, and get both from the text, so that the words joined are the text.
  private func withSpaces(_ words: [HeardToken], of text: String) -> [HeardToken] {
    if words.contains(where: { $0.bytes.first == UInt8(ascii: " ") }) { return words }
    var rest = text[...]
    var whole: [HeardToken] = []
    for var word in words {
      let found = rest.range(of: String(decoding: word.bytes, as: UTF8.self))
      if let found, !rest[..<found.lowerBound].contains(where: { $0.isLetter || $0.isNumber }) {
        // What stands before a space ends the word before it.
        let gap = rest[..<found.lowerBound]
        let space = gap.firstIndex(where: \.isWhitespace) ?? (whole.isEmpty ? gap.startIndex : gap.endIndex)
        if let last = whole.indices.last { whole[last].bytes += Array(gap[..<space].utf8) }
        word.bytes = Array(rest[(whole.isEmpty ? gap.startIndex : space)..<found.upperBound].utf8)
        rest = rest[found.upperBound...]
      } else {
        word.bytes.insert(UInt8(ascii: " "), at: 0)
      }
      whole.append(word)
    }
    if let last = whole.indices.last, !rest.contains(where: { $0.isLetter || $0.isNumber }) {
      whole[last].bytes += Array(rest.utf8)
    }
    return whole
  }
}
