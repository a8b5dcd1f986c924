import Testing

@testable import Whisper

private let window = AudioWindow(range: 0..<1000, pieces: [100..<200, 500..<600], quietTail: 20)

@Test func window_mapsHeardTimesToTheAudio() {
  #expect(window.position(ofHeard: 0, isEnd: false) == 100)
  #expect(window.position(ofHeard: 99, isEnd: false) == 199)
  #expect(window.position(ofHeard: 150, isEnd: true) == 550)
}

@Test func window_mapsAJointToTheSideThatItBelongsTo() {
  #expect(window.position(ofHeard: 100, isEnd: true) == 200)
  #expect(window.position(ofHeard: 100, isEnd: false) == 500)
}

@Test func window_mapsTimesAfterTheEndToTheEnd() {
  #expect(window.position(ofHeard: 5000, isEnd: true) == 600)
  #expect(window.position(ofHeard: 5000, isEnd: false) == 600)
}

@Test func window_saysWhatItDoesNotHear() {
  #expect(window.silences == [0..<100, 200..<500, 600..<1000])
  #expect(AudioWindow(range: 5..<9, pieces: [5..<9]).silences.isEmpty)
}

@Test func window_continuesAfterASample() {
  #expect(window.after(0) == window)
  #expect(window.after(1000) == nil)
  #expect(window.after(550) == AudioWindow(range: 550..<1000, pieces: [550..<600], quietTail: 20))
  #expect(window.after(700) == AudioWindow(range: 700..<1000, pieces: [], quietTail: 0))
}
