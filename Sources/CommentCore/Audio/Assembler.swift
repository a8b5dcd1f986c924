import CFFmpeg
import Foundation

/// Puts decoded frames at their times into the output: resamples, fills gaps with silence, drops repetitions.
struct Assembler: ~Copyable {
  private var output: Output
  private var timeline: Timeline
  private var resampler: Resampler
  private let limits: DecodeLimits
  private let source: String

  /// - Parameter channel: the only one to be heard, from 0; nil mixes all.
  init(_ writer: consuming WAVWriter, channel: Int?, timeline: Timeline, limits: DecodeLimits, source: URL) {
    self.output = Output(writer, maxSamples: Int(limits.maxDuration * Double(AudioSamples.sampleRate)))
    self.resampler = Resampler(channel: channel)
    self.timeline = timeline
    self.limits = limits
    self.source = source.path
  }

  /// Seconds of output, counting what the resampler still holds.
  var seconds: Double {
    Double(output.count + resampler.delay) / Double(AudioSamples.sampleRate)
  }

  /// Seconds of silence that stand for gaps.
  var filledSeconds: Double { Double(output.filled) / Double(AudioSamples.sampleRate) }

  /// - Parameter timestamp: the frame's own time in seconds, nil when it has none.
  /// - Throws: ``CommentBotError`` with code `unreadableAudio` beyond the limits, else as ``WAVWriter``.
  mutating func append(_ frame: UnsafeMutablePointer<AVFrame>, timestamp: Double?) throws {
    try check(rate: Int(frame.pointee.sample_rate), channels: Int(frame.pointee.ch_layout.nb_channels))
    switch timeline.place(timestamp, expected: seconds) {
    case .next: break
    case .after(let time): try fill(until: time)
    case .overlapping(let length): output.drop(Int((length * Double(AudioSamples.sampleRate)).rounded()))
    }
    if resampler.isNewFormat(frame) { try resampler.finish { try output.append($0) } }
    guard try resampler.convert(frame, { try output.append($0) }) else {
      throw failure("its channels or samples are of a kind that FFmpeg cannot convert")
    }
    try checkLength()
  }

  /// Writes what the resampler holds, then silence until the time, if it is later.
  private mutating func fill(until time: Double) throws {
    try resampler.finish { try output.append($0) }
    let target = Int((min(time, limits.maxDuration + 1) * Double(AudioSamples.sampleRate)).rounded())
    guard target <= output.maxSamples else { throw tooLong() }
    try output.fill(until: target)
  }

  /// Ends the file.
  /// - Returns: the number of samples in it.
  mutating func finish() throws -> Int {
    try resampler.finish { try output.append($0) }
    try checkLength()
    guard output.played > 0 else { throw failure("nothing of its audio could be decoded: it is damaged") }
    return try output.finish()
  }

  private func check(rate: Int, channels: Int) throws {
    let rates = limits.sampleRates
    guard rates.contains(rate) else {
      throw failure("its sample rate of \(rate) Hz is not within \(rates.lowerBound) to \(rates.upperBound) Hz")
    }
    guard (1...limits.maxChannels).contains(channels) else {
      throw failure("it has \(channels) channels, more than the \(limits.maxChannels) that can be mixed")
    }
  }

  private func checkLength() throws {
    guard output.count <= output.maxSamples else { throw tooLong() }
  }

  private func failure(_ cause: String, hint: String? = nil) -> CommentBotError {
    CommentBotError(.unreadableAudio, "decode", source, cause: cause, hint: hint)
  }

  private func tooLong() -> CommentBotError {
    failure(
      "it is longer than the limit of \((limits.maxDuration / 3600).formatted()) hours",
      hint: "split it: ffmpeg -i '\(source)' -map 0:a -c copy -f segment -segment_time 36000 part-%02d.mka")
  }
}

/// The samples on their way into the file, with what is to be dropped of them.
private struct Output: ~Copyable {
  private var writer: WAVWriter
  let maxSamples: Int
  /// Samples of silence written for gaps.
  private(set) var filled = 0
  /// Samples written that came from the source.
  private(set) var played = 0
  /// Samples still to be dropped because they repeat what is there.
  private var repeated = 0

  init(_ writer: consuming WAVWriter, maxSamples: Int) {
    self.writer = writer
    self.maxSamples = maxSamples
  }

  /// Samples written, less those still to be dropped of what comes next.
  var count: Int { writer.count - repeated }

  mutating func append(_ samples: UnsafeBufferPointer<Int16>) throws {
    let dropped = min(repeated, samples.count)
    repeated -= dropped
    played += samples.count - dropped
    try writer.append(UnsafeBufferPointer(rebasing: samples[dropped...]))
  }

  mutating func drop(_ samples: Int) {
    repeated += samples
  }

  mutating func fill(until target: Int) throws {
    repeated = 0
    let silence = target - writer.count
    guard silence > 0 else { return }
    filled += silence
    try writer.appendSilence(silence)
  }

  mutating func finish() throws -> Int {
    try writer.finish()
    return writer.count
  }
}
