import CommentCore
import Metrics

/// Figures that are not counted but looked up when somebody asks.
struct ServerFigures: Sendable {
  let environment: APIEnvironment

  func observe() async throws {
    let counts = try await environment.jobs.counts()
    for state in Job.State.allCases {
      gauge("commentbot_jobs", [("state", state.rawValue)]).record(counts.states[state] ?? 0)
    }
    gauge("commentbot_queue_age_seconds").record(counts.oldestWait ?? 0)
    let bytes = try await environment.cache.entries().reduce(0) { $0 + $1.byteCount }
    gauge("commentbot_audio_cache_bytes").record(bytes)
  }

  private func gauge(_ name: String, _ labels: [(String, String)] = []) -> Gauge {
    Gauge(label: name, dimensions: labels, factory: environment.registry)
  }
}
