import CommentCore

/// How likely somebody speaks, frame by frame.
struct VoiceActivity: Equatable {
  /// In 0...1, one for each ``VoiceActivityModel/frameLength`` samples.
  var probabilities: [Float]

  /// The highest probability in a range of samples; 0 when there is none.
  func peak(in samples: Range<Int>) -> Float {
    let length = VoiceActivityModel.frameLength
    let frames = samples.lowerBound / length..<(samples.upperBound + length - 1) / length
    return probabilities[frames.clamped(to: probabilities.indices)].max() ?? 0
  }
}
