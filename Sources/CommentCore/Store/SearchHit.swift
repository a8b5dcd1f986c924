/// A segment that a search has found.
public struct SearchHit: Sendable, Equatable {
  /// A stretch of the snippet.
  public struct Part: Sendable, Equatable {
    /// As it stands in the segment.
    public var text: String
    /// Whether these are the words that were searched for.
    public var isMatch: Bool

    public init(_ text: String, isMatch: Bool) {
      self.text = text
      self.isMatch = isMatch
    }
  }

  /// SHA-256 of the recording.
  public var recording: String
  /// The recording's name.
  public var name: String
  /// The segment's position in the recording's newest transcript.
  public var segment: Int
  /// Seconds.
  public var start: Double
  /// Seconds.
  public var end: Double
  /// Who speaks; nil where speakers are not told apart.
  public var speaker: String?
  /// The segment's text around the words found, cut at `…`.
  public var snippet: [Part]

  /// The recording's short name that people type.
  public var id: String { String(recording.prefix(12)) }
}

extension SearchHit {
  /// What the database puts around the words found: no text that was spoken contains them.
  static let (opening, closing): (Unicode.Scalar, Unicode.Scalar) = ("\u{1}", "\u{2}")

  /// Takes the marks out of a text.
  static func parts(of marked: String) -> [Part] {
    var parts: [Part] = []
    var isMatch = false
    var text = String.UnicodeScalarView()
    func close() {
      if !text.isEmpty { parts.append(Part(String(text), isMatch: isMatch)) }
      text = String.UnicodeScalarView()
    }
    for scalar in marked.unicodeScalars {
      if scalar == opening || scalar == closing {
        close()
        isMatch = scalar == opening
      } else {
        text.append(scalar)
      }
    }
    close()
    return parts
  }
}
