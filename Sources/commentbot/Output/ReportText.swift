import CommentCore

/// One line that says what a run did.
enum ReportText {
  /// What a person should know who wanted the channels apart, and got no speakers; nil otherwise.
  static func channelNotice(_ transcript: Transcript) -> String? {
    guard transcript.options.splitChannels == true, transcript.hasSpeech, !transcript.hasSpeakers else { return nil }
    return "no speakers: the audio has one channel, or the same sound on all of them"
  }

  static func line(_ report: ProcessReport) -> String {
    var parts: [String] = []
    if report.transcribedSeconds > 0 {
      let seconds = report.timings["transcribe"] ?? 0
      let speed = seconds > 0 ? " (\(TimeText.decimal(report.transcribedSeconds / seconds))× real time)" : ""
      parts.append("transcribed \(ClockText.of(report.transcribedSeconds)) in \(TimeText.span(seconds))\(speed)")
    }
    if report.reusedSeconds > 0 { parts.append("taken from an earlier run: \(ClockText.of(report.reusedSeconds))") }
    for (reason, text) in [
      (DroppedSpan.Reason.noSpeech, "without speech"), (.doubtful, "doubtful"), (.repeated, "repeated"),
      (.nonSpeechToken, "sounds only"),
      (.outsideClips, "outside the clips"), (.crosstalk, "heard by another's microphone"),
    ] {
      let spans = report.dropped.filter { $0.reason == reason }
      let seconds = spans.reduce(0) { $0 + $1.end - $1.start }
      if seconds >= 1 { parts.append("left out, \(text): \(ClockText.of(seconds))") }
    }
    if report.filledSeconds >= 0.1 {
      parts.append("missing or damaged audio, kept as silence: \(TimeText.span(report.filledSeconds))")
    }
    if report.missingSeconds >= 1 {
      parts.append("the file was cut: \(ClockText.of(report.missingSeconds)) that it promises are not in it")
    }
    if let seconds = report.timings["comment"] { parts.append("commented in \(TimeText.span(seconds))") }
    return parts.isEmpty ? "nothing was left to do" : parts.joined(separator: "; ")
  }
}
