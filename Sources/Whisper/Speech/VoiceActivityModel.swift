import CommentCore
import Dispatch
import Foundation
import Synchronization

/// Says where somebody speaks, by Silero VAD; used by one thread at a time.
final class VoiceActivityModel {
  /// Samples that each probability stands for: 32 ms.
  static let frameLength = VoiceActivityContext.frameLength
  /// Audio of more than 4 minutes is looked at in two halves: the model keeps no more than one core busy.
  private static let longestWhole = 4 * VoiceActivityContext.blockLength
  /// What the second half hears before it begins, to know where it is: 3 s.
  private static let lead = frameLength * 96

  private let halves: [VoiceActivityContext]

  init(url: URL) throws {
    halves = [try VoiceActivityContext(url: url), try VoiceActivityContext(url: url)]
  }

  /// How likely somebody speaks in the audio, with a second, louder look at what is quiet.
  func activity(in audio: AudioSamples, stop: StopFlag) throws -> VoiceActivity {
    let look = SecondLook()
    // Of speech that is quiet altogether it hears beginnings too late.
    let gain = look.gain(ofAll: audio.count, samples: audio.floats)
    var activity = VoiceActivity(
      probabilities: try probabilities(of: audio, in: 0..<audio.count, gain: gain, stop: stop))
    let detector = SpeechDetector()
    let speech = detector.spans(activity.probabilities, frameLength: Self.frameLength, count: audio.count)
    // Frame by frame with what the first look gave.
    let silences = (0..<audio.count).without(speech).map {
      ($0.lowerBound / Self.frameLength * Self.frameLength)..<$0.upperBound
    }
    for (range, gain) in look.blocks(in: silences, after: gain, samples: audio.floats) {
      let louder = try probabilities(of: audio, in: range, gain: gain, stop: stop)
      guard !detector.spans(louder, frameLength: Self.frameLength, count: range.count).isEmpty else { continue }
      let first = range.lowerBound / Self.frameLength
      for (index, probability) in louder.enumerated() {
        activity.probabilities[first + index] = max(activity.probabilities[first + index], probability)
      }
    }
    let spans = SpeechDetector(padding: 0).spans(
      activity.probabilities, frameLength: Self.frameLength, count: audio.count)
    activity.quiet = look.quietSpeech(in: spans, count: audio.count, samples: audio.floats)
    return activity
  }

  /// Probability of speech in each frame of a range that begins at a frame. How many cores there are changes nothing.
  private func probabilities(
    of audio: AudioSamples, in range: Range<Int>, gain: Float = 1, stop: StopFlag
  ) throws -> [Float] {
    guard range.count > Self.longestWhole else {
      return try halves[0].probabilities(of: audio, in: range, gain: gain, stop: stop)
    }
    let block = VoiceActivityContext.blockLength
    let middle = range.lowerBound + range.count / 2 / block * block
    let ranges = [range.lowerBound..<middle, middle - Self.lead..<range.upperBound]
    let results = Mutex<[Result<[Float], any Error>?]>([nil, nil])
    DispatchQueue.concurrentPerform(iterations: 2) { [halves] half in
      let result = Result {
        try halves[half].probabilities(of: audio, in: ranges[half], gain: gain, stop: stop)
      }
      results.withLock { $0[half] = result }
    }
    let found = try results.withLock { try $0.map { try $0?.get() ?? [] } }
    return found[0] + found[1].dropFirst(Self.lead / Self.frameLength)
  }
}
