/// Listens again, louder, to what seemed to be silence but has sound in it.
///
/// The voice activity model hears quiet speech well, but not right after loud speech: at -40 dB it misses the first second
/// and a half, at -50 dB all.
struct SecondLook {
  /// Shorter silences are within the padding of speech, in samples: 800 ms.
  var shortest = 12_800
  /// At most so much is made louder by the same factor, in samples: 10 s.
  var blockLength = 160_000
  /// Level that the loudest frame of a block is brought to: full scale is 1.
  var level: Float = 0.1
  /// Below this level there is nothing to hear: -72 dBFS, a few steps of 16 bits.
  var floor: Float = 0.00025

  /// Blocks of the silences that are worth it, with the factor for each.
  func blocks(
    in silences: [Range<Int>], samples: (Range<Int>) -> [Float]
  ) -> [(range: Range<Int>, gain: Float)] {
    silences.filter { $0.count >= shortest }.flatMap { silence in
      stride(from: silence.lowerBound, to: silence.upperBound, by: blockLength).compactMap { start in
        let range = start..<min(start + blockLength, silence.upperBound)
        let loudest = Self.loudestFrame(samples(range))
        // Made less than twice as loud, it would not be heard differently.
        return loudest > floor && loudest * 2 < level ? (range, level / loudest) : nil
      }
    }
  }

  /// The root mean square of the loudest 32 ms.
  private static func loudestFrame(_ samples: [Float]) -> Float {
    let length = VoiceActivityModel.frameLength
    let powers = stride(from: 0, to: samples.count, by: length).map { start in
      let frame = samples[start..<min(start + length, samples.count)]
      return frame.reduce(0) { $0 + $1 * $1 } / Float(frame.count)
    }
    return (powers.max() ?? 0).squareRoot()
  }
}
