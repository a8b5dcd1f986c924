/// Listens again, louder, to what seemed to be silence but has sound in it, and makes quiet speech as loud as the rest.
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

  /// Speech that the engine would not hear next to loud speech, with the factor for each stretch.
  /// - Parameter spans: of speech, in order, apart and without padding.
  func quietSpeech(
    in spans: [Range<Int>], count: Int, samples: (Range<Int>) -> [Float]
  ) -> [(range: Range<Int>, gain: Float)] {
    let reach = SpeechDetector().padding
    return spans.indices.compactMap { index in
      let loudest = loudestFrame(of: spans[index], samples: samples)
      guard loudest > floor, loudest * 2 < level else { return nil }
      // With its beginning and end, but not those of its neighbours.
      let before = index > 0 ? (spans[index - 1].upperBound + spans[index].lowerBound) / 2 : 0
      let after = index + 1 < spans.count ? (spans[index].upperBound + spans[index + 1].lowerBound) / 2 : count
      let range = max(before, spans[index].lowerBound - reach)..<min(after, spans[index].upperBound + reach)
      return (range, level / loudest)
    }
  }

  /// Block by block, so that memory does not grow with what is said in one breath.
  private func loudestFrame(of span: Range<Int>, samples: (Range<Int>) -> [Float]) -> Float {
    stride(from: span.lowerBound, to: span.upperBound, by: blockLength).reduce(0) { loudest, start in
      max(loudest, Self.loudestFrame(samples(start..<min(start + blockLength, span.upperBound))))
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
