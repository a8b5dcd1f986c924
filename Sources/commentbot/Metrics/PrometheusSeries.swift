import CoreMetrics
import Foundation
import Synchronization

/// What stands under one name with one combination of labels.
protocol PrometheusSeries: AnyObject, Sendable {
  /// - Parameter labels: `key="value",…`; empty when there are none.
  func lines(name: String, labels: String) -> String
}

/// A counter or a gauge.
final class PrometheusValue: PrometheusSeries, CounterHandler, FloatingPointCounterHandler, MeterHandler,
  RecorderHandler
{
  private let value = Mutex(0.0)

  func increment(by amount: Int64) { increment(by: Double(amount)) }
  func increment(by amount: Double) { value.withLock { $0 += amount } }
  func decrement(by amount: Double) { increment(by: -amount) }
  func reset() { set(0.0) }
  func set(_ new: Int64) { set(Double(new)) }
  func set(_ new: Double) { value.withLock { $0 = new } }
  func record(_ new: Int64) { set(Double(new)) }
  func record(_ new: Double) { set(new) }

  func lines(name: String, labels: String) -> String {
    "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value.withLock { $0 })\n"
  }
}

/// How many values were how large.
final class PrometheusHistogram: PrometheusSeries, TimerHandler, RecorderHandler {
  /// From a row that is read to a recording of hours.
  private static let bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600, 3600]

  private struct State {
    /// One more than there are bounds.
    var counts = [Int](repeating: 0, count: bounds.count + 1)
    var sum = 0.0
  }

  private let state = Mutex(State())

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let bucket = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
    state.withLock { state in
      state.counts[bucket] += 1
      state.sum += value
    }
  }

  func lines(name: String, labels: String) -> String {
    let state = state.withLock { $0 }
    var total = 0
    let names = Self.bounds.map { "\($0)" } + ["+Inf"]
    let buckets = zip(names, state.counts).map { bound, count in
      total += count
      return "\(name)_bucket{\(labels)\(labels.isEmpty ? "" : ",")le=\"\(bound)\"} \(total)\n"
    }
    let braces = labels.isEmpty ? "" : "{\(labels)}"
    return buckets.joined() + "\(name)_sum\(braces) \(state.sum)\n\(name)_count\(braces) \(total)\n"
  }
}
