import CFFmpeg
import Crypto
public import Foundation

/// Decodes the best audio stream of an audio or video file to 16 kHz mono 16-bit WAV, at its presentation times.
///
/// Blocks the calling thread and needs some 60 MB whatever the file's length.
public struct AudioDecoder: Sendable {
  /// What decoding does, in words: two files decoded with the same parameters have the same samples.
  /// Raise the version whenever the samples of any file change.
  public static let parameters = "16000 Hz mono s16le, swr defaults, jitter \(Timeline.jitter) s, version 1"

  /// The first 12 hexadecimal digits of the SHA-256 of ``parameters``: enters the keys of the audio-cache.
  public static let parametersDigest = String(SHA256.hash(data: Data(parameters.utf8)).hexadecimal.prefix(12))

  private let limits: DecodeLimits

  public init(limits: DecodeLimits = .init()) {
    self.limits = limits
  }

  /// Decodes the file.
  ///
  /// Gaps between frames and frames that cannot be decoded become silence. Audio that starts later than the file
  /// (a video's) starts with silence.
  /// - Parameters:
  ///   - file: a regular file; its content tells the format, its name only where raw samples do not.
  ///   - channel: the only one to be heard, from 0; nil mixes all.
  ///   - output: replaced; removed again when decoding fails.
  ///   - progress: called about once for each second of audio with the seconds done and the seconds expected, when
  ///     known; returning false stops.
  /// - Throws: ``CommentBotError`` with code `unreadableAudio`, `inputMissing`, `permission`, `diskFull`, `io`, or
  ///   `cancelled` when `progress` returned false.
  public func decode(
    _ file: URL, channel: Int? = nil, to output: URL,
    progress: (_ seconds: Double, _ total: Double?) -> Bool = { _, _ in true }
  ) throws -> AudioFacts {
    let input = try MediaInput(file)
    let decoder = try FrameDecoder(input, limits: limits)
    let writer = try WAVWriter(output)
    do {
      return try run(input, decoder, channel, writer, progress)
    } catch {
      unlink(output.path)
      throw error
    }
  }

  /// The seconds that the file's container promises; nil when it promises none.
  /// - Throws: ``CommentBotError`` as ``decode(_:channel:to:progress:)`` when the file cannot be opened.
  public func expectedDuration(of file: URL) throws -> Double? {
    try MediaInput(file).expectedDuration
  }

  /// The channels of the file's audio, by its header.
  /// - Throws: ``CommentBotError`` as ``decode(_:channel:to:progress:)`` when the file cannot be opened.
  public func channelCount(of file: URL) throws -> Int {
    try MediaInput(file).channelCount
  }

  private func run(
    _ input: borrowing MediaInput, _ decoder: borrowing FrameDecoder, _ channel: Int?, _ writer: consuming WAVWriter,
    _ progress: (Double, Double?) -> Bool
  ) throws -> AudioFacts {
    let tick = input.secondsPerTick
    let declared = input.declaredDuration
    var lostFrames = LostFrames(container: input.container)
    // Files that are nothing but frames can be joined; the length declared is then the first part's.
    let timeline = Timeline(
      origin: input.startTime, declaredDuration: lostFrames == nil ? declared : nil, mayRestart: input.mayRestartTime)
    var assembler = Assembler(
      writer, channel: channel, timeline: timeline, limits: limits, source: input.file)
    var watch = Watch(limits: limits, file: input.file, expected: input.expectedDuration)
    var format: (rate: Int, channels: Int)?

    while true {
      let packet = try input.nextPacket()
      try watch.check(seconds: assembler.seconds, progress)
      if let packet, lostFrames?.correct(packet, of: input) == false { continue }
      // What cannot be decoded becomes silence when a later frame shows the gap in the times.
      try decoder.decode(packet) { frame in
        let time = frame.pointee.best_effort_timestamp
        try assembler.append(frame, timestamp: time == commentbot_no_pts ? nil : Double(time) * tick)
        format = format ?? (Int(frame.pointee.sample_rate), Int(frame.pointee.ch_layout.nb_channels))
      }
      if packet == nil { break }
    }

    let count = try assembler.finish()
    let duration = Double(count) / Double(AudioSamples.sampleRate)
    let missing = max((declared ?? 0) - duration, input.cutSeconds(decoded: duration))
    return AudioFacts(
      container: input.container, codec: input.codecName, sampleRate: format?.rate ?? 0,
      channels: format?.channels ?? 0, duration: duration, filledSeconds: assembler.filledSeconds,
      missingSeconds: missing > 1 ? missing : 0, tags: input.tags)
  }
}

/// Reports progress now and then, and stops what takes too long or is no longer wanted.
private struct Watch {
  let limits: DecodeLimits
  let file: URL
  let expected: Double?
  private let start = SuspendingClock.now
  private var lastSeconds = -1.0
  private var packets = 0

  init(limits: DecodeLimits, file: URL, expected: Double?) {
    self.limits = limits
    self.file = file
    self.expected = expected
  }

  mutating func check(seconds: Double, _ progress: (Double, Double?) -> Bool) throws {
    packets += 1
    guard seconds >= lastSeconds + 1 || packets % 256 == 0 else { return }
    lastSeconds = seconds
    guard progress(seconds, expected.map { max($0, seconds) }) else {
      throw CommentBotError(.cancelled, "decode", file.path, cause: "it was stopped")
    }
    guard SuspendingClock.now - start <= limits.maxTime else {
      throw CommentBotError(
        .unreadableAudio, "decode", file.path, cause: "it takes longer than \(limits.maxTime) to decode")
    }
  }
}
