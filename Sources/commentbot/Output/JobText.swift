import CommentCore
import Foundation

/// Jobs and batches for people.
enum JobText {
  static func line(_ job: JobSummary) -> String {
    var state = job.state.rawValue
    if job.isCancelRequested { state += ", to be cancelled" }
    if job.state == .running, let stage = job.stage { state += " · \(stage.rawValue) \(percent(job.progress))" }
    if let error = job.lastError, job.state == .failed { state += " · \(error.code.rawValue)" }
    return Console.safe("\(job.id)  \(state)  \(job.name)")
  }

  static func whole(_ job: JobView) -> String {
    var lines = [
      line(job.summary), "  audio     \(job.audioHash), \(TimeText.bytes(job.byteCount))",
      "  submitted \(job.created.formatted(.iso8601))",
    ]
    if let runAt = job.runAt, runAt > Date() { lines.append("  waits for \(runAt.formatted(.iso8601))") }
    if let finished = job.finished { lines.append("  ended     \(finished.formatted(.iso8601))") }
    if let batch = job.batch { lines.append("  batch     \(batch)") }
    lines += options(job.options).map { Console.safe("  " + $0) }
    for attempt in job.attempts ?? [] {
      let end = attempt.end?.rawValue ?? "goes on"
      lines.append(
        Console.safe("  attempt \(attempt.number)  \(attempt.started.formatted(.iso8601))  \(end)  \(attempt.worker)"))
      if let error = attempt.error {
        lines.append(Console.safe("    cannot \(error.operation) \(error.subject): \(error.cause)"))
        if let remedy = error.remedy { lines.append(Console.safe("    → \(remedy)")) }
      }
    }
    if let result = job.result {
      lines.append("  recording \(result.recording)    # commentbot show \(result.recording.prefix(12))")
      if let failure = result.commentFailure { lines.append(Console.safe("  comments  \(failure.cause)")) }
    }
    return lines.joined(separator: "\n")
  }

  /// What was asked for, as far as it is not the usual.
  private static func options(_ options: JobOptions) -> [String] {
    let asked: [(String, String?)] = [
      ("model    ", options.model), ("language ", options.transcription.language),
      ("kinds    ", options.kinds.joined(separator: ", ")), ("comments ", options.commentLanguage.map { "in \($0)" }),
      ("heeding  ", options.instructions),
    ]
    return asked.compactMap { name, value in value.map { "\(name) \($0.isEmpty ? "none" : $0)" } }
  }

  /// Why jobs of a batch have failed.
  static func failures(_ jobs: [JobSummary]) -> [String] {
    jobs.compactMap { job in
      guard let error = job.lastError else { return nil }
      let remedy = error.remedy.map { "\n  → " + Console.safe($0) } ?? ""
      return Console.safe("✗ \(job.name): cannot \(error.operation) \(error.subject): \(error.cause)") + remedy
    }
  }

  static func line(_ batch: BatchView) -> String {
    let counts = Job.State.allCases.filter { batch.count($0) > 0 }.map { "\(batch.count($0)) \($0.rawValue)" }
    let done = "\(CountText.of(batch.total, "job")): \(counts.joined(separator: ", "))"
    return Console.safe("\(batch.id)  \(batch.total == 0 ? "empty" : done)" + (batch.name.map { "  \($0)" } ?? ""))
  }

  private static func percent(_ share: Double) -> String { "\(Int(share * 100)) %" }
}
