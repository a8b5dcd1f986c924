import CommentCore
import Testing

@testable import Whisper

private let second = AudioSamples.sampleRate

/// Ranges of 20 s of audio, from and to whole seconds.
private func ranges(
  clips: [Double]? = nil, vadFilter: Bool = true, threshold: Double? = nil
) -> HeardRanges {
  var options = TranscriptionOptions()
  options.clipTimestamps = clips
  options.vadFilter = vadFilter
  options.hallucinationSilenceThreshold = threshold
  return HeardRanges(options: options, count: 20 * second)
}

private func samples(_ pairs: (Int, Int)...) -> [Range<Int>] { pairs.map { $0.0 * second..<$0.1 * second } }

@Test func ranges_withoutClips_areTheSpeech() {
  let speech = samples((2, 5), (8, 12))
  #expect(ranges().ranges(speech: speech) == speech)
  #expect(ranges(vadFilter: false).ranges(speech: speech) == samples((0, 20)))
}

@Test func ranges_clips_cutTheSpeech() {
  let speech = samples((2, 5), (8, 12), (14, 16))
  #expect(ranges(clips: [0, 4, 4, 9, 15]).ranges(speech: speech) == samples((2, 5), (8, 9), (15, 16)))
  #expect(ranges(clips: [3, 15], vadFilter: false).ranges(speech: speech) == samples((3, 15)))
  #expect(ranges(clips: [30, 40]).ranges(speech: speech).isEmpty)
  #expect(ranges(clips: [18, 1e300]).clips == samples((18, 20)))
}

@Test func ranges_thresholdWithoutVoiceActivity_leavesOutLongSilence() {
  let speech = samples((4, 5), (8, 9))
  let heard = ranges(vadFilter: false, threshold: 3.5).ranges(speech: speech)
  #expect(heard == samples((4, 9)))
  #expect(ranges(vadFilter: false, threshold: 11).ranges(speech: speech) == samples((0, 20)))
  #expect(ranges(vadFilter: false, threshold: 1).ranges(speech: []).isEmpty)
}

@Test func ranges_dropped_sayWhy() {
  let dropped = ranges(clips: [5, 10, 12]).dropped(samples((0, 6), (9, 13)))
  #expect(dropped.map(\.start) == [0, 5, 9, 10, 12])
  #expect(dropped.map(\.end) == [5, 6, 10, 12, 13])
  #expect(dropped.map(\.reason) == [.outsideClips, .noSpeech, .noSpeech, .outsideClips, .noSpeech])
}
