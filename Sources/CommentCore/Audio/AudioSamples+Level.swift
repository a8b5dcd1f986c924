extension AudioSamples {
  /// Looked at together, so that memory does not grow with the audio: a minute.
  private static let blockLength = 60 * sampleRate

  /// Root mean square of the samples in a stretch of seconds, in 0...1.
  func level(_ stretch: Range<Double>) -> Double {
    let rate = Double(Self.sampleRate)
    let samples = floats(Int(stretch.lowerBound * rate)..<Int(stretch.upperBound * rate))
    guard !samples.isEmpty else { return 0 }
    return (samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)).squareRoot()
  }

  /// Whether both hold the same sound: their difference is 40 dB below them at least.
  func isSameSound(as other: AudioSamples) -> Bool {
    guard count == other.count else { return false }
    var (difference, sum) = (0.0, 0.0)
    for start in stride(from: 0, to: count, by: Self.blockLength) {
      let range = start..<min(start + Self.blockLength, count)
      for (one, two) in zip(floats(range), other.floats(range)) {
        difference += Double((one - two) * (one - two))
        sum += Double(one * one + two * two)
      }
    }
    return difference <= 0.0001 * sum
  }
}
