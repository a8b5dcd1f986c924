/// Listens again, louder, to what seemed to be silence but has sound in it, and makes quiet speech as loud as the rest.
///
/// The voice activity model hears quiet speech well, but not right after loud speech: at -40 dB it misses the first
/// second and a half, at -50 dB all.
struct SecondLook {
  /// Shorter silences are within the padding of speech, in samples: 800 ms.
  var shortest = 12_800
  /// At most so much is made louder by the same factor, in samples: 10 s.
  var blockLength = 160_000
  /// Level that the loudest frame of a block is brought to: full scale is 1.
  var level: Float = 0.1
  /// Below this level there is nothing to hear: -72 dBFS, a few steps of 16 bits.
  var floor: Float = 0.00025
  /// The words of one breath are less than this times as loud as each other: 28 dB.
  var contrast: Float = 25
  /// Speech reaches so far beyond where it is found, in samples.
  private let reach = SpeechDetector().padding

  /// The factor that makes a recording as loud as speech is; 1 for one that is loud enough somewhere, or empty.
  func gain(ofAll count: Int, samples: (Range<Int>) -> [Float]) -> Float {
    var loudest: Float = 0
    for start in stride(from: 0, to: count, by: blockLength) {
      loudest = max(loudest, Self.loudestFrame(samples(start..<min(start + blockLength, count))))
      if !isQuiet(loudest) { return 1 }
    }
    return loudest > floor ? level / loudest : 1
  }

  /// Blocks of the silences that are worth it, with the factor for each.
  /// - Parameter gain: that of the first look.
  func blocks(
    in silences: [Range<Int>], after gain: Float = 1, samples: (Range<Int>) -> [Float]
  ) -> [(range: Range<Int>, gain: Float)] {
    silences.filter { $0.count >= shortest }.flatMap { silence in
      stride(from: silence.lowerBound, to: silence.upperBound, by: blockLength).compactMap { start in
        let range = start..<min(start + blockLength, silence.upperBound)
        let loudest = Self.loudestFrame(samples(range))
        return loudest > floor && isQuiet(loudest * gain) ? (range, level / loudest) : nil
      }
    }
  }

  /// Made less than twice as loud, it would not be heard differently.
  private func isQuiet(_ loudest: Float) -> Bool { loudest * 2 < level }

  /// Speech that the engine would not hear next to loud speech, with the factor for each stretch.
  /// - Parameter spans: of speech, in order, apart and without padding.
  func quietSpeech(
    in spans: [Range<Int>], count: Int, samples: (Range<Int>) -> [Float]
  ) -> [(range: Range<Int>, gain: Float)] {
    let stretches = stretches(of: spans, samples: samples)
    return stretches.indices.compactMap { index in
      let (range, loudest) = stretches[index]
      guard loudest > floor, isQuiet(loudest) else { return nil }
      // With its beginning and end, but not those of its neighbours.
      let before = index > 0 ? (stretches[index - 1].range.upperBound + range.lowerBound) / 2 : 0
      let after = index + 1 < stretches.count ? (range.upperBound + stretches[index + 1].range.lowerBound) / 2 : count
      return (max(before, range.lowerBound - reach)..<min(after, range.upperBound + reach), level / loudest)
    }
  }

  /// What is said in one breath keeps its levels: with a factor for each word, weak syllables would be as loud as
  /// strong ones, and the noise between them would jump. Where the level changes by more than speech does, somebody
  /// else speaks.
  private func stretches(
    of spans: [Range<Int>], samples: (Range<Int>) -> [Float]
  ) -> [(range: Range<Int>, loudest: Float)] {
    spans.reduce(into: []) { stretches, span in
      let loudest = loudestFrame(of: span, samples: samples)
      if let last = stretches.last, span.lowerBound - last.range.upperBound < 2 * reach,
        max(last.loudest, loudest) < min(last.loudest, loudest) * contrast
      {
        stretches[stretches.count - 1] = (last.range.lowerBound..<span.upperBound, max(last.loudest, loudest))
      } else {
        stretches.append((span, loudest))
      }
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
