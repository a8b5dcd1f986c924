/// How much of the audio is speech, and how much of that stands in the transcript. All figures are seconds, over all
/// channels that are transcribed by themselves.
public struct SpeechCoverage: Codable, Sendable, Equatable {
  /// Where somebody was taken to speak, with the quiet beginnings and endings that belong to it.
  public var found: Double
  /// What of it was transcribed.
  public var transcribed: Double
  /// What of it was dropped: doubtful, repeated, without a text, a sound and not speech, or heard by another's
  /// microphone.
  public var dropped: Double

  public init(of transcript: Transcript) {
    func seconds(_ reasons: Set<DroppedSpan.Reason>) -> Double {
      transcript.dropped.filter { reasons.contains($0.reason) }.reduce(0) { $0 + $1.end - $1.start }
    }
    let speakers = Set(transcript.segments.map(\.speaker)).union(transcript.dropped.map(\.speaker))
    let channels = transcript.options.splitChannels == true ? max(1, speakers.count) : 1
    let audio = transcript.duration * Double(channels)
    found = max(0, audio - seconds([.noSpeech, .outsideClips]))
    dropped = min(found, seconds([.doubtful, .repeated, .unheard, .nonSpeechToken, .crosstalk]))
    transcribed = found - dropped
  }
}
