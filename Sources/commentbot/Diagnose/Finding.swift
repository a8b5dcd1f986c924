/// What a check of the installation has found.
struct Finding: Encodable, Sendable, Equatable {
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

  /// Stable name for scripts, such as `models.whisper`.
  var id: String
  var status: Status
  /// What was seen.
  var evidence: String
  /// The command that mends it; for everything but `ok`.
  var fix: String?

  static func ok(_ id: String, _ evidence: String) -> Finding {
    Finding(id: id, status: .ok, evidence: evidence, fix: nil)
  }

  static func warning(_ id: String, _ evidence: String, fix: String) -> Finding {
    Finding(id: id, status: .warning, evidence: evidence, fix: fix)
  }

  static func failure(_ id: String, _ evidence: String, fix: String) -> Finding {
    Finding(id: id, status: .failure, evidence: evidence, fix: fix)
  }
}
