import CommentCore

/// When the words of a segment were spoken.
struct TokenTimes {
  let window: AudioWindow
  let activity: VoiceActivity
  let grouping: WordGrouping

  /// A pause that was not heard is this long at least, in samples, for a segment to be parted there: a second.
  private static let pause = AudioSamples.sampleRate
  /// Speech begins a little before it is found, in samples: 32 ms.
  private static let lead = 512
  /// And fades longer after it, in samples: 96 ms.
  private static let fade = 1536

  /// The words with their times in seconds of the audio.
  func words(_ heard: HeardChunk.Segment) -> [Word] {
    grouping.groups(heard.timed).map { group in
      let (start, end) = grouping.span(group)
      let range = audio(start, end)
      return Word(
        word: grouping.text(group), start: seconds(range.lowerBound), end: seconds(range.upperBound),
        probability: grouping.probability(group))
    }
  }

  /// The segment, parted where the speaker paused for long and the engine did not hear the pause: so that no segment
  /// stands over a silence, or over the time in which somebody else speaks.
  func parts(_ heard: HeardChunk.Segment) -> [HeardChunk.Segment] {
    let joints = window.joints(longerThan: Self.pause).map { $0 * 100 / AudioSamples.sampleRate }
      .filter { heard.start < $0 && $0 < heard.end }
    guard !joints.isEmpty, !heard.timed.isEmpty else { return [heard] }
    var parts: [HeardChunk.Segment] = []
    var lastPiece = -1
    for group in grouping.groups(heard.timed) {
      let (start, end) = grouping.span(group)
      let piece = max(lastPiece, joints.count { $0 < end })
      if piece == lastPiece {
        parts[parts.count - 1].timed += group
        parts[parts.count - 1].end = max(parts[parts.count - 1].end, end)
      } else {
        if let last = parts.indices.last { parts[last].end = min(parts[last].end, joints[lastPiece]) }
        let first = piece == 0 ? heard.start : max(start, joints[piece - 1])
        parts.append(
          HeardChunk.Segment(
            start: first, end: max(first, end), text: "", tokens: [], avgLogprob: heard.avgLogprob, timed: group))
      }
      lastPiece = piece
    }
    guard parts.count > 1, let last = parts.indices.last else { return [heard] }
    parts[last].end = max(parts[last].end, heard.end)
    for index in parts.indices {
      let timed = parts[index].timed
      parts[index].text = grouping.text(timed)
      parts[index].tokens = timed.compactMap(\.id)
      parts[index].avgLogprob = HeardChunk.avgLogprob(timed.map(\.logprob))
    }
    return parts
  }

  /// The part of a word's time from the first to the last frame with speech: pauses count with the words beside them.
  private func voiced(_ range: Range<Int>) -> Range<Int> {
    let length = VoiceActivityModel.frameLength
    let frames = (range.lowerBound / length..<(range.upperBound + length - 1) / length)
      .clamped(to: activity.probabilities.indices)
    let speech = frames.filter { activity.probabilities[$0] >= SpeechDetector.endThreshold }
    guard let first = speech.first, let last = speech.last else { return range }
    return max(range.lowerBound, first * length - Self.lead)..<min(range.upperBound, (last + 1) * length + Self.fade)
  }

  /// Samples of the audio for hundredths of a second of what was heard, as far as there is speech.
  private func audio(_ start: Int, _ end: Int) -> Range<Int> {
    let first = position(start, isEnd: false)
    return voiced(first..<max(first, position(end, isEnd: true)))
  }

  private func position(_ heard: Int, isEnd: Bool) -> Int {
    window.position(ofHeard: heard * AudioSamples.sampleRate / 100, isEnd: isEnd)
  }

  private func seconds(_ samples: Int) -> Double { Double(samples) / Double(AudioSamples.sampleRate) }
}
