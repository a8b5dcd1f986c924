import TestSupport

/// Prometheus' text format 0.0.4, read strictly: what its own checker refuses is refused.
struct PrometheusText {
  /// By name and labels, as they are written.
  private(set) var values: [String: Double] = [:]
  private(set) var types: [String: String] = [:]

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw TestFailure("the last line has no end") }
    var helped: Set<Substring> = []
    var family = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if let match = line.wholeMatch(of: #/# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/#) {
        guard helped.insert(match.1).inserted else { throw TestFailure("a second help: \(line)") }
      } else if let match = line.wholeMatch(of: #/# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/#) {
        family = String(match.1)
        guard helped.contains(match.1), types.updateValue(String(match.2), forKey: family) == nil else {
          throw TestFailure("a type without help, or a second one: \(line)")
        }
        if match.2 == "counter", !family.hasSuffix("_total") { throw TestFailure("a counter named \(family)") }
      } else {
        try take(line, of: family)
      }
    }
    for (name, type) in types where type == "histogram" { try checkHistogram(name) }
  }

  private mutating func take(_ line: Substring, of family: String) throws {
    let sample =
      #/([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_]+="(?:[^"\\\n]|\\.)*"(?:,[a-zA-Z_]+="(?:[^"\\\n]|\\.)*")*\})? (\S+)/#
    guard let match = line.wholeMatch(of: sample), let value = Double(match.3) else {
      throw TestFailure("no sample: \(line)")
    }
    let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
    guard suffixes.contains(where: { match.1 == family + $0 }) else { throw TestFailure("not of \(family): \(line)") }
    guard values.updateValue(value, forKey: "\(match.1)\(match.2 ?? "")") == nil else {
      throw TestFailure("a second time: \(line)")
    }
  }

  /// Every count agrees with its last bucket.
  private func checkHistogram(_ name: String) throws {
    for (key, count) in values where key.hasPrefix("\(name)_count") {
      let labels = key.dropFirst("\(name)_count".count)
      let bucket = labels.isEmpty ? "\(name)_bucket{le=\"+Inf\"}" : "\(name)_bucket\(labels.dropLast()),le=\"+Inf\"}"
      guard values[bucket] == count else { throw TestFailure("\(key) and \(bucket) differ") }
    }
  }
}
