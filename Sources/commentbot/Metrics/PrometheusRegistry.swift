import CoreMetrics
import Foundation
import Synchronization

/// Keeps what is counted and measured, and prints it in Prometheus' text format.
///
/// Counters and timers come from anywhere by swift-metrics; a timer is a histogram of seconds, a recorder a gauge, or a
/// histogram where it aggregates.
final class PrometheusRegistry: MetricsFactory {
  /// One name, with a series for each combination of labels.
  private struct Family {
    var type: String
    var series: [String: any PrometheusSeries] = [:]
  }

  private let families = Mutex<[String: Family]>([:])

  /// Everything, by name and labels.
  var text: String {
    let families = families.withLock { $0 }
    return families.sorted { $0.key < $1.key }.map { name, family in
      let help = MetricHelp.texts[name] ?? "Has no description."
      let lines = family.series.sorted { $0.key < $1.key }.map { $1.lines(name: name, labels: $0) }
      return "# HELP \(name) \(help)\n# TYPE \(name) \(family.type)\n" + lines.joined()
    }.joined()
  }

  /// The value for these labels, made at its first use.
  private func series<Series: PrometheusSeries>(
    _ name: String, _ type: String, _ labels: [(String, String)], _ make: () -> Series
  ) -> Series {
    let key = Self.text(of: labels)
    return families.withLock { families in
      let name = Self.name(name)
      if let known = families[name]?.series[key] as? Series { return known }
      let new = make()
      // A name has one type: what comes under it with another one is counted and not shown.
      if families[name, default: Family(type: type)].type == type {
        families[name, default: Family(type: type)].series[key] = new
      }
      return new
    }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, "counter", dimensions) { PrometheusValue() }
  }

  func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
    series(label, "counter", dimensions) { PrometheusValue() }
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, "gauge", dimensions) { PrometheusValue() }
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    if aggregate { return series(label, "histogram", dimensions) { PrometheusHistogram() } }
    return series(label, "gauge", dimensions) { PrometheusValue() }
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, "histogram", dimensions) { PrometheusHistogram() }
  }

  // What was counted stays: a counter that went away and came back would seem to start again.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  /// Only characters that a name may have.
  private static func name(_ text: String) -> String {
    // Every request comes by here with names that are right already.
    if text.utf8.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") }) { return text }
    return String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
  }

  private static func text(of labels: [(String, String)]) -> String {
    labels.sorted { $0.0 < $1.0 }.map { key, value in
      let isPlain = !value.utf8.contains { [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0) }
      let escaped =
        isPlain ? value : value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      return "\(name(key))=\"\(escaped)\""
    }.joined(separator: ",")
  }
}
