import Metrics
import Synchronization

/// What the engine has done for requests since the service was started.
final class ServiceMetrics: Sendable {
  private let registry: PrometheusRegistry
  private let seconds = Mutex((audio: 0.0, engine: 0.0))

  init(_ registry: PrometheusRegistry) {
    self.registry = registry
    // From the start, so that nobody has to guess whether it is none or not known.
    counter("cancelled_total").increment(by: 0)
    counter("failed_streams_total").increment(by: 0)
    count(audioSeconds: 0, engineTime: .zero)
  }

  func countCancelled() {
    counter("cancelled_total").increment()
  }

  func countFailedStream() {
    counter("failed_streams_total").increment()
  }

  func count(audioSeconds: Double, engineTime: Duration) {
    let engineSeconds = engineTime / .seconds(1)
    floatingCounter("audio_seconds_total").increment(by: audioSeconds)
    floatingCounter("engine_seconds_total").increment(by: engineSeconds)
    let factor = seconds.withLock { seconds in
      seconds.audio += audioSeconds
      seconds.engine += engineSeconds
      return seconds.audio > 0 ? seconds.engine / seconds.audio : 0
    }
    gauge("real_time_factor").record(factor)
  }

  /// What is so at this moment.
  func observe(_ queue: TranscriptionQueue, isModelLoaded: Bool) {
    gauge("queue_depth").record(queue.depth)
    gauge("queue_waiting").record(queue.waitingCount)
    gauge("queue_capacity").record(queue.capacity)
    gauge("model_loaded").record(isModelLoaded ? 1 : 0)
  }

  private func counter(_ name: String) -> Counter { Counter(label: Self.full(name), factory: registry) }

  private func floatingCounter(_ name: String) -> FloatingPointCounter {
    FloatingPointCounter(label: Self.full(name), factory: registry)
  }

  private func gauge(_ name: String) -> Gauge { Gauge(label: Self.full(name), factory: registry) }

  private static func full(_ name: String) -> String { "commentbot_whisper_\(name)" }
}
