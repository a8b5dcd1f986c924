import Testing

@testable import Whisper

/// Frames of 10 samples and windows of 100, so that the numbers can be read.
private let frame = 10
private let planner = WindowPlanner(capacity: 100, shortestPause: 20, shortestPart: 30)

private func plan(_ speech: [Range<Int>], _ probabilities: [Float]? = nil, count: Int) -> [AudioWindow] {
  let probabilities = probabilities ?? [Float](repeating: 1, count: (count + frame - 1) / frame)
  return planner.windows(speech: speech, probabilities: probabilities, frameLength: frame, count: count)
}

/// Windows must follow each other from 0 to the end, hear each piece once, and none more than the capacity.
private func expectTiling(_ windows: [AudioWindow], count: Int) {
  var position = 0
  for window in windows {
    #expect(window.range.lowerBound == position)
    position = window.range.upperBound
    #expect(window.heardCount <= planner.capacity)
    #expect(window.pieces.allSatisfy { $0.clamped(to: window.range) == $0 })
  }
  #expect(position == count)
}

@Test func planner_packsSpeechAndCutsInSilence() {
  let windows = plan([10..<50, 200..<240, 300..<370], count: 500)
  expectTiling(windows, count: 500)
  #expect(windows.map(\.pieces) == [[10..<50, 200..<240], [300..<370]])
  #expect(windows.map(\.range) == [0..<270, 270..<500])
}

@Test func planner_fillsAWindowToTheBrim() {
  let windows = plan([0..<50, 60..<110], count: 110)
  #expect(windows.map(\.pieces) == [[0..<50, 60..<110]])
}

@Test func planner_fillsAWindowUpToTheLastPauseThatThereIsRoomFor() {
  // The second piece pauses at 110..<130, 150..<170 and 190..<210; there is room for it up to 180.
  var probabilities = [Float](repeating: 1, count: 25)
  for index in [11, 12, 15, 16, 19, 20] { probabilities[index] = 0.1 }
  let windows = plan([0..<20, 100..<240], probabilities, count: 250)
  expectTiling(windows, count: 250)
  #expect(windows.map(\.pieces) == [[0..<20, 100..<160], [160..<240]])
  #expect(windows.map(\.range) == [0..<160, 160..<250])
}

@Test func planner_cutsOffNoWordOrTwoToFillAWindow() {
  var probabilities = [Float](repeating: 1, count: 25)
  for index in [11, 12] { probabilities[index] = 0.1 }
  #expect(plan([0..<20, 100..<190], probabilities, count: 200).map(\.pieces) == [[0..<20], [100..<190]])
  // Nor is a breath a pause.
  probabilities = [Float](repeating: 1, count: 25)
  probabilities[15] = 0.1
  #expect(plan([0..<20, 100..<190], probabilities, count: 200).map(\.pieces) == [[0..<20], [100..<190]])
}

@Test func planner_cutsLongSpeechWhereItIsLeastLikely() {
  var probabilities = [Float](repeating: 1, count: 25)
  for index in 6...8 { probabilities[index] = 0.1 }
  let windows = plan([0..<250], probabilities, count: 250)
  expectTiling(windows, count: 250)
  #expect(windows.first?.range == 0..<75)
  #expect(windows.flatMap(\.pieces).reduce(0) { $0 + $1.count } == 250)
}

@Test(arguments: [1, 2000, 15_000, 31_000, 50_000, 464_001], [true, false])
func planner_cutsSpeechThatFitsIntoNoWindow(excess: Int, fillsWindows: Bool) {
  var planner = WindowPlanner()
  planner.fillsWindows = fillsWindows
  let count = planner.capacity + excess
  let probabilities = [Float](repeating: 0.9, count: count / 512 + 1)
  let windows = planner.windows(speech: [0..<count], probabilities: probabilities, frameLength: 512, count: count)
  #expect(windows.map(\.heardCount).reduce(0, +) == count)
  // No word or two are left for the end.
  #expect(windows.allSatisfy { (planner.shortestPart...planner.capacity).contains($0.heardCount) })
}

@Test func planner_cutsSpeechWithoutAnyPause() {
  let windows = plan([0..<1000], count: 1000)
  expectTiling(windows, count: 1000)
  #expect(windows.allSatisfy { $0.heardCount >= 50 || $0.range.upperBound == 1000 })
}

@Test func planner_withoutSpeechHasOneWindowThatHearsNothing() {
  let windows = plan([], count: 300)
  #expect(windows == [AudioWindow(range: 0..<300, pieces: [])])
  #expect(windows.first?.silences == [0..<300])
}

@Test func planner_withoutAudioHasNoWindow() {
  #expect(plan([], count: 0).isEmpty)
}

@Test func planner_marksTheQuietTail() {
  let probabilities: [Float] = [0, 0.9, 0.9, 0.1, 0.9, 0.2, 0.1, 0]
  let windows = plan([0..<72], probabilities, count: 80)
  #expect(windows.map(\.quietTail) == [22])
}

@Test(arguments: 1...40)
func planner_tilesAnySpeech(seed: Int) {
  var random = Steps(state: UInt64(seed))
  var speech: [Range<Int>] = []
  var position = 0
  while position < 3000 {
    let start = position + random.next(90)
    let end = start + 1 + random.next(seed * 20)
    speech.append(start..<end)
    position = end + 1
  }
  let count = position + random.next(50)
  let probabilities = (0..<(count + 9) / 10).map { _ in Float(random.next(100)) / 100 }
  let windows = plan(speech, probabilities, count: count)
  expectTiling(windows, count: count)
  #expect(windows.flatMap(\.pieces).flatMap { Array($0) } == speech.flatMap { Array($0) })
}

/// The same numbers in every run.
private struct Steps {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
