/// How much of the audio is speech, and how much of that stands in the transcript. All figures are seconds.
public struct SpeechCoverage: Codable, Sendable, Equatable {
  /// Where somebody was taken to speak, with the quiet beginnings and endings that belong to it.
  public var found: Double
  /// What of it was transcribed.
  public var transcribed: Double
  /// What of it was dropped: doubtful, repeated, or a sound and not speech.
  public var dropped: Double

  public init(of transcript: Transcript) {
    func seconds(_ reasons: Set<DroppedSpan.Reason>) -> Double {
      transcript.dropped.filter { reasons.contains($0.reason) }.reduce(0) { $0 + $1.end - $1.start }
    }
    found = max(0, transcript.duration - seconds([.noSpeech, .outsideClips]))
    dropped = min(found, seconds([.doubtful, .repeated, .nonSpeechToken]))
    transcribed = found - dropped
  }
}
