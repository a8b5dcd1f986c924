import Foundation

/// The mel filter bank that Whisper was trained with.
///
/// openai-whisper ships it as `mel_filters.npz`, made by `librosa.filters.mel(sr=16000, n_fft=400, n_mels=80)`: the mel
/// scale of Slaney's Auditory Toolbox, triangles of equal area. The roundings to 32 bits stand where librosa has them,
/// so that the numbers are the same to the last bit.
enum MelFilters {
  /// Frequency bins of a 400-point transform.
  static let binCount = 201

  /// `melCount` rows of ``binCount`` weights.
  static func slaney(melCount: Int) -> [Float] {
    let binWidth = 16_000.0 / 400
    let top = mel(hertz: 8000)
    let step = top / Double(melCount + 1)
    let edges = (0..<melCount + 2).map { hertz(mel: $0 == melCount + 1 ? top : Double($0) * step) }
    var weights: [Float] = []
    weights.reserveCapacity(melCount * binCount)
    for row in 0..<melCount {
      let area = 2 / (edges[row + 2] - edges[row])
      for bin in 0..<binCount {
        let frequency = Double(bin) * binWidth
        let rising = (frequency - edges[row]) / (edges[row + 1] - edges[row])
        let falling = (edges[row + 2] - frequency) / (edges[row + 2] - edges[row + 1])
        let height = Float(max(0, min(rising, falling)))
        weights.append(Float(Double(height) * area))
      }
    }
    return weights
  }

  /// Linear below 1000 Hz, logarithmic above.
  private static let hertzPerMel = 200.0 / 3
  private static let logStart = 1000.0
  private static let logStartMel = logStart / hertzPerMel
  private static let logStep = log(6.4) / 27

  private static func mel(hertz: Double) -> Double {
    hertz < logStart ? hertz / hertzPerMel : logStartMel + log(hertz / logStart) / logStep
  }

  private static func hertz(mel: Double) -> Double {
    mel < logStartMel ? mel * hertzPerMel : logStart * exp(logStep * (mel - logStartMel))
  }
}
