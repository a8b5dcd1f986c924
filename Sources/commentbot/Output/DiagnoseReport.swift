/// What `diagnose` prints, a check after the other.
struct DiagnoseReport {
  let isJSON: Bool
  private(set) var failures = 0
  private var warnings = 0
  private var group: CheckGroup?

  init(isJSON: Bool) {
    self.isJSON = isJSON
  }

  private struct Line: Encodable {
    var id, group: String
    var status: Finding.Status
    var evidence: String
    var fix: String?
    /// What was done about it.
    var mended: String?
  }

  /// - Parameter mended: what was done about it before the finding.
  mutating func tell(_ check: Check, _ finding: Finding, mended: String?) throws {
    if finding.status == .failure { failures += 1 }
    if finding.status == .warning { warnings += 1 }
    if isJSON {
      let line = Line(
        id: check.id, group: check.group.rawValue, status: finding.status, evidence: finding.evidence, fix: finding.fix,
        mended: mended)
      Console.out(try JSONLine.of(line))
      return
    }
    if check.group != group { Console.out(check.group.title) }
    group = check.group
    if let mended { Console.out("  ✓ mended: \(Console.safe(mended))") }
    let id = finding.status == .ok ? "" : " (\(check.id))"
    Console.out("  \(finding.status.mark) \(Console.safe(finding.evidence))\(id)")
    if let fix = finding.fix { Console.out("      → \(Console.safe(fix))") }
  }

  func end() {
    guard !isJSON else { return }
    let tail = CountText.of(warnings, "warning")
    Console.out(failures == 0 ? "ready (\(tail))" : "\(failures) failed, \(tail)")
  }
}
