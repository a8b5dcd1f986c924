import CommentCore
import Foundation

/// A recording in a list, as JSON. data/doc/PROGRAMS.md documents it: keep both the same.
struct RecordingLine: Encodable {
  var id: String
  var sha256: String
  var name: String
  var duration: Double
  /// Whether there is a transcript.
  var finished: Bool
  var language: String?
  var kinds: [String]
  var created: Date

  init(_ summary: RecordingSummary) {
    (id, sha256, name) = (summary.id, summary.sha256, summary.name)
    (duration, finished, language) = (summary.duration, summary.folder != nil, summary.spokenLanguage)
    (kinds, created) = (summary.kinds, summary.created)
  }
}

extension RecordingSummary {
  /// nil where nobody speaks too.
  var spokenLanguage: String? { language.flatMap { $0.isEmpty ? nil : $0 } }
}
