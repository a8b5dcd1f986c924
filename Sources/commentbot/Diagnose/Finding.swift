/// What a check of the installation has found.
struct Finding: Sendable {
  enum Status: String, Encodable, Sendable {
    case ok, warning, failure

    var mark: String {
      switch self {
      case .ok: "✓"
      case .warning: "!"
      case .failure: "✗"
      }
    }
  }

  /// Mends what was found, without anything being lost, and says what was done.
  typealias Mending = @Sendable () async throws -> String

  var status: Status
  /// What was seen.
  var evidence: String
  /// The command that mends it; for everything but `ok`.
  var fix: String?
  /// What `--fix` does about it; nil where a person has to decide.
  var mend: Mending?

  static func ok(_ evidence: String, mend: Mending? = nil) -> Finding {
    Finding(status: .ok, evidence: evidence, fix: nil, mend: mend)
  }

  static func warning(_ evidence: String, fix: String, mend: Mending? = nil) -> Finding {
    Finding(status: .warning, evidence: evidence, fix: fix, mend: mend)
  }

  static func failure(_ evidence: String, fix: String, mend: Mending? = nil) -> Finding {
    Finding(status: .failure, evidence: evidence, fix: fix, mend: mend)
  }
}
