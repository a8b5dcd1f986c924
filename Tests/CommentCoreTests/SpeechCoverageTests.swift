import CommentCore
import Testing

struct SpeechCoverageTests {
  @Test func coverage_countsWhatWasFoundTranscribedAndDropped() {
    var transcript = Transcript(
      key: "k", language: "en", languageProbability: nil, duration: 100, engine: "e", model: "m",
      options: TranscriptionOptions(), segments: [],
      dropped: [
        DroppedSpan(start: 0, end: 20, reason: .outsideClips), DroppedSpan(start: 20, end: 50, reason: .noSpeech),
        DroppedSpan(start: 60, end: 64, reason: .doubtful, text: " you"),
        DroppedSpan(start: 70, end: 73, reason: .repeated, text: " so"),
        DroppedSpan(start: 80, end: 81, reason: .nonSpeechToken, text: " [MUSIC]"),
      ])
    var coverage = SpeechCoverage(of: transcript)
    #expect(coverage.found == 50)
    #expect(coverage.dropped == 8)
    #expect(coverage.transcribed == 42)

    transcript.dropped = [DroppedSpan(start: 0, end: 100, reason: .noSpeech)]
    coverage = SpeechCoverage(of: transcript)
    #expect(coverage.found == 0 && coverage.transcribed == 0 && coverage.dropped == 0)
  }
}
