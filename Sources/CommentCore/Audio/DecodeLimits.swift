/// Bounds on what a file may make the decoder do. A few kilobytes can ask for days of silence.
public struct DecodeLimits: Sendable, Equatable {
  /// Seconds of decoded audio. Bounds the output as well: 32,000 bytes a second, 115 MB an hour.
  public var maxDuration: Double
  /// Channels of the source. libswresample mixes 64 at the most.
  public var maxChannels: Int
  /// Sample rates of the source in Hz. The resampler's filter grows with the rate.
  public var sampleRates: ClosedRange<Int>
  /// Time that one decode may take on the clock, sleep of the machine excluded.
  public var maxTime: Duration

  public init(
    maxDuration: Double = 24 * 3600, maxChannels: Int = 64, sampleRates: ClosedRange<Int> = 1_000...768_000,
    maxTime: Duration = .seconds(6 * 3600)
  ) {
    self.maxDuration = maxDuration
    self.maxChannels = maxChannels
    self.sampleRates = sampleRates
    self.maxTime = maxTime
  }
}
