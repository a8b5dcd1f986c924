import Testing

@testable import Whisper

private let detector = SpeechDetector(minSpeech: 20, minSilence: 20, padding: 0)

private func spans(_ probabilities: [Float], _ detector: SpeechDetector = detector) -> [Range<Int>] {
  detector.spans(probabilities, frameLength: 10, count: probabilities.count * 10)
}

@Test func detector_findsSpeechBetweenSilence() {
  #expect(spans([0, 0, 0.9, 0.9, 0.9, 0, 0, 0]) == [20..<50])
}

@Test func detector_goesOnThroughAShortPause() {
  #expect(spans([0.9, 0.9, 0, 0.9, 0.9, 0, 0]) == [0..<50])
}

@Test func detector_goesOnBetweenTheThresholds() {
  #expect(spans([0.9, 0.4, 0.4, 0.4, 0.4, 0, 0]) == [0..<50])
  #expect(spans([0.4, 0.4, 0.4]).isEmpty)
}

@Test func detector_ignoresAShortBurst() {
  #expect(spans([0, 0.9, 0, 0, 0]).isEmpty)
}

@Test func detector_endsWithTheAudio() {
  #expect(detector.spans([0, 0.9, 0.9, 0.9], frameLength: 10, count: 37) == [10..<37])
}

@Test func detector_padsWithinTheAudioAndJoinsWhatMeets() {
  let padded = SpeechDetector(minSpeech: 20, minSilence: 20, padding: 15)
  #expect(spans([0.9, 0.9, 0, 0, 0.9, 0.9, 0, 0, 0, 0, 0.9, 0.9], padded) == [0..<75, 85..<120])
}

@Test func detector_withoutFramesFindsNothing() {
  #expect(SpeechDetector().spans([], frameLength: 512, count: 0).isEmpty)
}
