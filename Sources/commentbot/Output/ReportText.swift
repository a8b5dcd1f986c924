import CommentCore
import Foundation

/// One line that says what a run did.
enum ReportText {
  /// Seconds: of less speech Whisper may take French for Thai.
  private static let surelyOneLanguage = 10.0

  /// What a person should know who asked for something and did not get it.
  static func notices(on outcome: ProcessOutcome, asked options: TranscriptionOptions) -> [String] {
    let transcript = outcome.transcript
    var notices: [String] = []
    let isNew = outcome.report.transcribedSeconds > 0
    if isNew, options.language == nil, transcript.hasSpeech, transcript.spokenSeconds < surelyOneLanguage {
      let speech = TimeText.span(transcript.spokenSeconds)
      notices.append("the language was told by \(speech) of speech; if it is wrong, give it: --language CODE")
    }
    if options.splitChannels == true, transcript.hasSpeech, !transcript.hasSpeakers {
      notices.append("no speakers: the audio has one channel, or the same sound on all of them")
    }
    if let first = transcript.options.clipTimestamps?.first, first >= transcript.duration {
      notices.append(
        "nothing was transcribed: the clips begin after the end of the audio at \(ClockText.of(transcript.duration))")
    }
    return notices
  }

  /// Where the copies of one transcript are.
  static func copies(_ files: [URL]) -> String {
    guard let first = files.first, files.count > 1 else { return "Copy: \(files.map(\.path).joined())" }
    return "Copies: \(first.deletingPathExtension().path).{\(files.map(\.pathExtension).joined(separator: ","))}"
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
      (.unheard, "voices without words"),
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
