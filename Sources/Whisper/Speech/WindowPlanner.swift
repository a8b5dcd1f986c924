/// Packs speech into windows that the model can hear at once.
///
/// The encoder always computes 30 s, so full windows are what makes long audio with pauses fast.
struct WindowPlanner {
  /// Samples that a window may hear: Whisper's 30 s.
  var capacity = 480_000
  /// Speech longer than ``capacity`` is cut after this share of it at the earliest.
  var earliestCut = 0.5
  /// A frame below this probability is no speech at the end of a window.
  var quietThreshold = SpeechDetector.endThreshold

  /// - Parameters:
  ///   - speech: ranges of samples in order and apart.
  ///   - probabilities: of speech, one for each `frameLength` samples; they say where to cut speech that is too long.
  ///   - count: samples of the audio.
  /// - Returns: windows that cover `0..<count` in order and without gaps.
  func windows(speech: [Range<Int>], probabilities: [Float], frameLength: Int, count: Int) -> [AudioWindow] {
    guard count > 0 else { return [] }
    var packs: [[Range<Int>]] = [[]]
    var heard = 0
    for piece in speech.flatMap({ cut($0, probabilities: probabilities, frameLength: frameLength) }) {
      if heard + piece.count > capacity {
        packs.append([])
        heard = 0
      }
      packs[packs.count - 1].append(piece)
      heard += piece.count
    }
    var windows: [AudioWindow] = []
    for (index, pieces) in packs.enumerated() {
      let start = windows.last?.range.upperBound ?? 0
      var end = count
      if index + 1 < packs.count, let last = pieces.last, let next = packs[index + 1].first {
        end = (last.upperBound + next.lowerBound) / 2
      }
      let tail = pieces.last.map { quietTail(of: $0, probabilities: probabilities, frameLength: frameLength) } ?? 0
      windows.append(AudioWindow(range: start..<end, pieces: pieces, quietTail: tail))
    }
    return windows
  }

  /// Parts of at most ``capacity``, cut where speech is least likely.
  private func cut(_ span: Range<Int>, probabilities: [Float], frameLength: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var rest = span
    while rest.count > capacity {
      let earliest = rest.lowerBound + Int(Double(capacity) * earliestCut)
      let latest = rest.lowerBound + capacity
      let place = quietest(earliest..<latest, probabilities: probabilities, frameLength: frameLength)
      parts.append(rest.lowerBound..<place)
      rest = place..<rest.upperBound
    }
    return parts + [rest]
  }

  /// Samples without speech at the end of a piece.
  func quietTail(of piece: Range<Int>, probabilities: [Float], frameLength: Int) -> Int {
    let frames = (piece.lowerBound / frameLength..<(piece.upperBound + frameLength - 1) / frameLength)
      .clamped(to: probabilities.indices)
    let lastSpeech = frames.last { probabilities[$0] >= quietThreshold }
    return max(0, piece.upperBound - max(piece.lowerBound, lastSpeech.map { ($0 + 1) * frameLength } ?? 0))
  }

  /// The middle of the least likely 160 ms, the middle counting most; of several that are equal, the last.
  private func quietest(_ range: Range<Int>, probabilities: [Float], frameLength: Int) -> Int {
    let weights: [Float] = [1, 2, 3, 2, 1]
    let reach = weights.count / 2
    let frames = (range.lowerBound / frameLength + 1)..<(range.upperBound / frameLength)
    let sums = frames.filter { $0 >= reach && $0 + reach < probabilities.count }.map { frame in
      (frame, zip(weights, probabilities[frame - reach...frame + reach]).reduce(0) { $0 + $1.0 * $1.1 })
    }
    guard let best = sums.reversed().min(by: { $0.1 < $1.1 }) else { return range.upperBound }
    return best.0 * frameLength + frameLength / 2
  }
}
