import CommentCore
import Metrics

/// Counts what the workers of this process have done.
struct JobMetrics: Sendable {
  private let registry: PrometheusRegistry

  init(_ registry: PrometheusRegistry) {
    self.registry = registry
    gauge("commentbot_real_time_factor").record(0)
    counter("commentbot_transcribed_seconds_total").increment(by: 0)
    for direction in ["prompt", "output"] { tokens(direction).increment(by: 0) }
  }

  func handle(_ event: Worker.Event) {
    guard case .ended(_, let outcome) = event else { return }
    Counter(
      label: "commentbot_job_attempts_total", dimensions: [("end", JobLog.word(outcome))], factory: registry
    ).increment()
    if case .succeeded(let result) = outcome { count(result.report) }
  }

  private func count(_ report: ProcessReport) {
    for (stage, seconds) in report.timings {
      Timer(label: "commentbot_stage_seconds", dimensions: [("stage", stage)], factory: registry)
        .recordNanoseconds(Int64(seconds * 1e9))
    }
    counter("commentbot_transcribed_seconds_total").increment(by: report.transcribedSeconds)
    if let time = report.timings[PipelineEvent.Stage.transcribe.rawValue], report.transcribedSeconds > 0 {
      gauge("commentbot_real_time_factor").record(time / report.transcribedSeconds)
    }
    for span in report.dropped {
      counter("commentbot_dropped_seconds_total", [("reason", span.reason.rawValue)]).increment(
        by: span.end - span.start)
    }
    tokens("prompt").increment(by: Double(report.promptTokens ?? 0))
    tokens("output").increment(by: Double(report.outputTokens ?? 0))
  }

  private func tokens(_ direction: String) -> FloatingPointCounter {
    counter("commentbot_tokens_total", [("direction", direction)])
  }

  private func counter(_ name: String, _ labels: [(String, String)] = []) -> FloatingPointCounter {
    FloatingPointCounter(label: name, dimensions: labels, factory: registry)
  }

  private func gauge(_ name: String) -> Gauge { Gauge(label: name, factory: registry) }
}
