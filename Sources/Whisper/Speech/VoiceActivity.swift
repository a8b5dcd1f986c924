import CommentCore

/// How likely somebody speaks, frame by frame, and where speech is so quiet that it must be made louder.
struct VoiceActivity {
  /// In 0...1, one for each ``VoiceActivityModel/frameLength`` samples.
  var probabilities: [Float]
  /// Stretches with quiet speech, in order and apart, with the factor for their samples.
  var quiet: [(range: Range<Int>, gain: Float)] = []

  /// The highest probability in a range of samples; 0 when there is none.
  func peak(in samples: Range<Int>) -> Float {
    let length = VoiceActivityModel.frameLength
    let frames = samples.lowerBound / length..<(samples.upperBound + length - 1) / length
    return probabilities[frames.clamped(to: probabilities.indices)].max() ?? 0
  }

  /// How many samples of a range lie in frames where somebody most likely speaks.
  func voiced(in samples: Range<Int>) -> Int {
    let length = VoiceActivityModel.frameLength
    let frames = (samples.lowerBound / length..<(samples.upperBound + length - 1) / length)
      .clamped(to: probabilities.indices)
    return frames.reduce(0) { voiced, frame in
      guard probabilities[frame] >= SpeechDetector.threshold else { return voiced }
      return voiced + samples.clamped(to: frame * length..<(frame + 1) * length).count
    }
  }

  /// What the engine hears of the pieces, one after the other: next to loud speech it would not hear quiet speech at
  /// all. All of it are whole steps of 16 bits, so that a service that is sent such samples hears the same.
  func samples(of audio: AudioSamples, in pieces: [Range<Int>]) -> [Float] {
    pieces.flatMap { piece in
      var samples = audio.floats(piece)
      for (range, gain) in quiet {
        for index in range.clamped(to: piece) {
          let louder = (samples[index - piece.lowerBound] * gain * 32768).rounded()
          samples[index - piece.lowerBound] = min(max(louder, -32768), 32767) / 32768
        }
      }
      return samples
    }
  }
}
