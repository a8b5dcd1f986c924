import Synchronization

/// What the service has done since it was started, in Prometheus' text format.
final class ServiceMetrics: Sendable {
  private struct Request: Hashable, Comparable {
    var route: String
    var status: Int

    static func < (left: Request, right: Request) -> Bool {
      (left.route, left.status) < (right.route, right.status)
    }
  }

  private struct State {
    var requests: [Request: Int] = [:]
    var cancelled = 0
    var failedStreams = 0
    var audioSeconds = 0.0
    var engineSeconds = 0.0
  }

  private let state = Mutex(State())

  /// - Parameter route: as it is declared, never as it was asked for, so that there are not more than a few.
  func count(route: String, status: Int) {
    state.withLock { $0.requests[Request(route: route, status: status), default: 0] += 1 }
  }

  func countCancelled() {
    state.withLock { $0.cancelled += 1 }
  }

  func countFailedStream() {
    state.withLock { $0.failedStreams += 1 }
  }

  func count(audioSeconds: Double, engineTime: Duration) {
    state.withLock { state in
      state.audioSeconds += audioSeconds
      state.engineSeconds += engineTime / .seconds(1)
    }
  }

  func text(queueDepth: Int, queueWaiting: Int, queueCapacity: Int, isModelLoaded: Bool) -> String {
    let state = state.withLock { $0 }
    let requests = state.requests.sorted { $0.key < $1.key }.map { request, count in
      ("{route=\"\(request.route)\",status=\"\(request.status)\"}", Double(count))
    }
    let factor = state.audioSeconds > 0 ? state.engineSeconds / state.audioSeconds : 0
    return [
      Self.metric("requests_total", "counter", "Requests answered, by route and status.", requests),
      Self.metric("cancelled_total", "counter", "Transcriptions whose client went away.", state.cancelled),
      Self.metric(
        "failed_streams_total", "counter", "Streams that ended with an error after their status was sent.",
        state.failedStreams),
      Self.metric("audio_seconds_total", "counter", "Audio transcribed.", state.audioSeconds),
      Self.metric("engine_seconds_total", "counter", "Time that this took.", state.engineSeconds),
      Self.metric("real_time_factor", "gauge", "Time for a second of audio; 0 before the first.", factor),
      Self.metric("queue_depth", "gauge", "Requests that are uploading, waiting or being transcribed.", queueDepth),
      Self.metric("queue_waiting", "gauge", "Those of them that wait for their turn.", queueWaiting),
      Self.metric("queue_capacity", "gauge", "Requests that may be there at once.", queueCapacity),
      Self.metric("model_loaded", "gauge", "Whether the model is in memory.", isModelLoaded ? 1 : 0),
    ].joined()
  }

  private static func metric(_ name: String, _ type: String, _ help: String, _ value: some BinaryInteger) -> String {
    metric(name, type, help, Double(value))
  }

  private static func metric(_ name: String, _ type: String, _ help: String, _ value: Double) -> String {
    metric(name, type, help, [("", value)])
  }

  private static func metric(_ name: String, _ type: String, _ help: String, _ lines: [(String, Double)]) -> String {
    let name = "commentbot_whisper_\(name)"
    let head = "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    return head + lines.map { "\(name)\($0.0) \($0.1)\n" }.joined()
  }
}
