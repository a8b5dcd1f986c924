/// Packs speech into windows that the model can hear at once.
///
/// The encoder always computes 30 s, so full windows are what makes long audio with pauses fast.
struct WindowPlanner {
  /// Samples that a window may hear: 29 s of the encoder's 30. With silence at the end the model knows that it is over:
  /// full windows had a tenth more wrong words.
  var capacity = 464_000
  /// Speech longer than ``capacity`` is cut after this share of it at the earliest.
  var earliestCut = 0.5
  /// Whether pieces that fit into a window are cut all the same, to fill the one before.
  var fillsWindows = true
  /// A piece is cut to fill a window at pauses of so many samples: 320 ms.
  var shortestPause = 5120
  /// Both parts of a piece that is cut to fill a window have so many samples: 2 s. A word or two are hard to
  /// understand.
  var shortestPart = 32_000
  /// A frame below this probability is no speech at the end of a window.
  var quietThreshold = SpeechDetector.endThreshold

  /// - Parameters:
  ///   - speech: ranges of samples in order and apart.
  ///   - probabilities: of speech, one for each `frameLength` samples; they say where to cut speech that is too long.
  ///   - count: samples of the audio.
  /// - Returns: windows that cover `0..<count` in order and without gaps.
  func windows(speech: [Range<Int>], probabilities: [Float], frameLength: Int, count: Int) -> [AudioWindow] {
    guard count > 0 else { return [] }
    let packs = packs(of: speech, probabilities: probabilities, frameLength: frameLength)
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

  /// What each window hears. A piece for which there is no room is cut at its last pause that there is room for.
  private func packs(of speech: [Range<Int>], probabilities: [Float], frameLength: Int) -> [[Range<Int>]] {
    var packs: [[Range<Int>]] = [[]]
    var room = capacity
    for piece in speech {
      var rest = piece
      while rest.count > room {
        let isEmpty = room == capacity
        let earliest = isEmpty ? Int(Double(capacity) * earliestCut) : min(shortestPart, room)
        var latest = min(room, rest.count - shortestPart)
        // A piece that fits into no window must be cut somewhere.
        if latest < earliest + shortestPause { latest = isEmpty ? room : earliest }
        let places = rest.lowerBound + earliest..<rest.lowerBound + latest
        var place: Int?
        if isEmpty || fillsWindows {
          place = lastPause(in: places, probabilities: probabilities, frameLength: frameLength)
        }
        if place == nil, isEmpty {
          place = quietest(places, probabilities: probabilities, frameLength: frameLength)
        }
        if let place {
          packs[packs.count - 1].append(rest.lowerBound..<place)
          rest = place..<rest.upperBound
        }
        packs.append([])
        room = capacity
      }
      packs[packs.count - 1].append(rest)
      room -= rest.count
    }
    return packs
  }

  /// The middle of the last pause in a part of a piece; nil when there is none.
  private func lastPause(in range: Range<Int>, probabilities: [Float], frameLength: Int) -> Int? {
    let first = range.lowerBound / frameLength + 1
    let frames = (first..<max(first, range.upperBound / frameLength)).clamped(to: probabilities.indices)
    var pause = frames.upperBound..<frames.upperBound
    for frame in frames.reversed() {
      if probabilities[frame] < quietThreshold {
        pause = frame..<pause.upperBound
      } else if pause.count * frameLength >= shortestPause {
        break
      } else {
        pause = frame..<frame
      }
    }
    guard pause.count * frameLength >= shortestPause else { return nil }
    return (pause.lowerBound + pause.upperBound) * frameLength / 2
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
