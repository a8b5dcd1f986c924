public import Foundation

extension AudioSamples {
  /// A WAV file of the numbers in -1...1 as 16-bit samples, what ``floats(_:)`` gave without loss.
  public static func wav(_ samples: [Float]) -> Data {
    let steps = samples.map { Int16(min(max(($0 * 32768).rounded(), -32768), 32767)).littleEndian }
    return Data(WAVWriter.header(samples: samples.count)) + steps.withUnsafeBytes { Data($0) }
  }
}
