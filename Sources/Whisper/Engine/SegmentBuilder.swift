import CommentCore

/// Turns what was heard of a window into the segments and dropped spans of the transcript.
struct SegmentBuilder {
  let window: AudioWindow
  let ranges: HeardRanges
  let activity: VoiceActivity
  let options: TranscriptionOptions
  let language: String

  /// Seconds: no segment is shorter.
  private static let shortest = 0.02
  /// A recorded prompt reaches 0.8 even at -50 dB; ten minutes of chords stay below 0.6.
  private static let weakVoice: Float = 0.75

  func build(_ chunks: [HeardChunk]) -> (segments: [Segment], dropped: [DroppedSpan]) {
    var segments: [Segment] = []
    var dropped = ranges.dropped(window.silences)
    for chunk in chunks {
      for whole in chunk.segments {
        let parts = options.needsTokenTimes ? times.parts(whole) : [whole]
        for heard in parts {
          add(segment(heard, of: chunk), of: chunk, to: &segments, &dropped)
        }
      }
    }
    return (segments, dropped.sorted { $0.start < $1.start })
  }

  private func add(
    _ segment: Segment, of chunk: HeardChunk, to segments: inout [Segment], _ dropped: inout [DroppedSpan]
  ) {
    var segment = segment
    segment.id = segments.count
    place(&segment, after: &segments)
    if let reason = reason(to: segment, of: chunk, after: segments.suffix(2)) {
      dropped.append(DroppedSpan(start: segment.start, end: segment.end, reason: reason, text: segment.text))
    } else {
      dropped += segment.removeSounds()
      segments.append(segment)
    }
  }

  /// Why the segment must not stand in the transcript; nil when it may.
  private func reason(
    to segment: Segment, of chunk: HeardChunk, after previous: ArraySlice<Segment>
  ) -> DroppedSpan.Reason? {
    if chunk.isDoubtful(options) || (chunk.isUnlikely(options) && voice(segment) < Self.weakVoice) || isTooFast(chunk) {
      return .doubtful
    }
    // Of a loop, two rounds stay, for people do say things twice; what is dropped is heard again by phrases.
    let isThird = previous.count == 2 && previous.allSatisfy { $0.text == segment.text }
    let isLoop = segment.compressionRatio > options.compressionRatioThreshold || segment.text.hasRunOfOneWord
    if chunk.loops(options), isLoop || isThird { return .repeated }
    return NonSpeechText.reason(segment.text)
  }

  /// Whether nobody could say all that before the speech ends: the model was asked about the last breath of a window.
  private func isTooFast(_ chunk: HeardChunk) -> Bool {
    guard chunk.isUnsure, let start = chunk.segments.first?.start else { return false }
    let rest = Double(window.heardCount - window.quietTail) / Double(AudioSamples.sampleRate) - Double(start) / 100
    return Double(chunk.text.count) > HeardChunk.fastestSpeech * rest
  }

  /// The highest probability of speech in the time of the segment.
  private func voice(_ segment: Segment) -> Float {
    let rate = Double(AudioSamples.sampleRate)
    return activity.peak(in: Int(segment.start * rate)..<Int((segment.end * rate).rounded(.up)))
  }

  private func segment(_ heard: HeardChunk.Segment, of chunk: HeardChunk) -> Segment {
    // Words know better than the model's own timestamps when a segment begins and ends.
    let words = options.needsTokenTimes ? times.words(heard) : []
    return Segment(
      id: 0, start: words.first?.start ?? time(heard.start, isEnd: false),
      end: words.last?.end ?? time(heard.end, isEnd: true), text: heard.text, language: language,
      tokens: heard.tokens, temperature: chunk.temperature, avgLogprob: heard.avgLogprob,
      compressionRatio: heard.text.compressionRatio, noSpeechProb: chunk.noSpeechProb,
      words: options.wordTimestamps && !heard.timed.isEmpty ? words : nil, tokenLogprobs: heard.tokenLogprobs)
  }

  /// Keeps the times within the window, in order, and start before end.
  private func place(_ segment: inout Segment, after segments: inout [Segment]) {
    let limit = seconds(window.range.upperBound)
    let latest = max(seconds(window.range.lowerBound), limit - Self.shortest)
    let previous = segments.last?.end ?? seconds(window.range.lowerBound)
    segment.start = min(max(segment.start, previous), latest)
    segment.end = min(max(segment.end, segment.start + Self.shortest), limit)
    if let last = segments.indices.last, segments[last].end > segment.start {
      segments[last].end = max(segments[last].start, segment.start)
    }
  }

  private var times: TokenTimes {
    TokenTimes(window: window, activity: activity, grouping: WordGrouping(language: language))
  }

  /// Seconds of the audio for hundredths of a second of what was heard.
  private func time(_ heard: Int, isEnd: Bool) -> Double {
    seconds(window.position(ofHeard: max(0, heard) * AudioSamples.sampleRate / 100, isEnd: isEnd))
  }

  private func seconds(_ samples: Int) -> Double { Double(samples) / Double(AudioSamples.sampleRate) }
}
