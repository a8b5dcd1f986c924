import CommentCore
import Foundation

/// A place that a search has found, as JSON. data/doc/PROGRAMS.md documents it: keep both the same.
struct SearchLine: Encodable {
  struct Part: Encodable {
    var text: String
    /// Whether these are the words that were searched for.
    var isMatch: Bool
  }

  /// Of the recording.
  var id: String
  var name: String
  var segment: Int
  var start: Double
  var end: Double
  var speaker: String?
  /// The words found stand between « and ».
  var snippet: String
  /// The same in its parts.
  var parts: [Part]

  init(_ hit: SearchHit) {
    (id, name, segment) = (hit.id, hit.name, hit.segment)
    (start, end, speaker) = (hit.start, hit.end, hit.speaker)
    snippet = Self.text(hit.snippet).trimmingCharacters(in: .whitespaces)
    parts = hit.snippet.map { Part(text: $0.text, isMatch: $0.isMatch) }
  }

  static func text(_ snippet: [SearchHit.Part]) -> String {
    snippet.map { $0.isMatch ? "«\($0.text)»" : $0.text }.joined()
  }
}
