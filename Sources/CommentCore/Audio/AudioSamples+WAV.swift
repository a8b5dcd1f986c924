public import Foundation

extension AudioSamples {
  /// A WAV file of the numbers in -1...1 as 16-bit samples, what ``floats(_:)`` gave without loss.
  public static func wav(_ samples: [Float]) -> Data {
    var file = Data(WAVWriter.header(samples: samples.count))
    file.reserveCapacity(file.count + samples.count * 2)
    for sample in samples {
      let step = Int16(min(max((sample * 32768).rounded(), -32768), 32767))
      withUnsafeBytes(of: step.littleEndian) { file.append(contentsOf: $0) }
    }
    return file
  }
}
