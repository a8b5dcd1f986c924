import CWhisper
import CommentCore

/// Turns windows of one recording into the segments and dropped spans of its transcript.
struct WindowTranscriber {
  let model: WhisperModel
  let audio: AudioSamples
  let activity: VoiceActivity
  let ranges: HeardRanges
  let options: TranscriptionOptions
  let language: SpokenLanguage
  let stop: StopFlag

  /// - Parameters:
  ///   - prompt: tokens that the model reads before each chunk.
  ///   - progress: called with the share of the window that is done, in 0...1, never going back.
  func transcribe(
    _ window: AudioWindow, prompt: [whisper_token], progress: @escaping (Double) -> Void
  ) throws -> (segments: [Segment], dropped: [DroppedSpan]) {
    var (segments, dropped) = try hear(window, prompt: prompt, progress: progress)
    let missed = MissedSpeech(activity: activity, endOfText: Int(model.endOfText))
    for range in missed.ranges(in: window, segments: segments, dropped: dropped) {
      func isWithin(_ start: Double, _ end: Double) -> Bool { range.contains(samples((start + end) / 2)) }
      let before = segments.filter { isWithin($0.start, $0.end) }
      let again = try missed.phrases(of: range, in: window).map { try hear($0, prompt: prompt) { _ in } }
      let found = again.flatMap(\.segments)
      // A skipped phrase is more than a number that is written out.
      guard missed.textTokens(found) * 4 > missed.textTokens(before) * 5 else { continue }
      segments.removeAll { before.contains($0) }
      dropped.removeAll { $0.reason == .repeated && isWithin($0.start, $0.end) }
      segments += found
      dropped += again.flatMap(\.dropped).filter { $0.reason != .noSpeech }
    }
    segments.sort { $0.start < $1.start }
    for index in segments.indices { segments[index].id = index }
    return (segments, dropped.sorted { $0.start < $1.start })
  }

  /// What the model makes of the speech of a window.
  private func hear(
    _ window: AudioWindow, prompt: [whisper_token], progress: @escaping (Double) -> Void
  ) throws -> (segments: [Segment], dropped: [DroppedSpan]) {
    let decoder = WindowDecoder(
      model: model, options: options, language: language.number, prompt: prompt,
      end: (window.heardCount - window.quietTail) * 100 / AudioSamples.sampleRate)
    let monitor = DecodingMonitor(stop: stop, progress: progress)
    let chunks = try decoder.decode(activity.samples(of: audio, in: window.pieces), monitor: monitor)
    let builder = SegmentBuilder(
      model: model, window: window, ranges: ranges, activity: activity, options: options, language: language.code)
    return builder.build(chunks)
  }

  private func samples(_ seconds: Double) -> Int { Int(seconds * Double(AudioSamples.sampleRate)) }
}
