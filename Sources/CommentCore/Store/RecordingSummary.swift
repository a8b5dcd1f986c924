public import Foundation

/// One line of the list of recordings.
public struct RecordingSummary: Sendable, Equatable {
  /// Of the source's bytes, 64 hexadecimal digits.
  public var sha256: String
  /// The file's base name when it was last seen.
  public var name: String
  /// Seconds.
  public var duration: Double
  /// Language of the newest transcript; nil while there is none.
  public var language: String?
  /// Folder of the newest transcript, within `data/transcripts`.
  public var folder: String?
  /// Kinds of the comments on the newest transcript, in alphabetical order.
  public var kinds: [String]
  /// When the recording came into the library, or to the owner whose list this is.
  public var created: Date

  /// The short name that people type.
  public var id: String { String(sha256.prefix(12)) }
  /// The recording's place in the list: ``RecordingFilter/after`` goes on behind it.
  public var place: RecordingPlace { RecordingPlace(created: created, sha256: sha256) }
}

/// A place in the list of recordings. It stays the same whatever is added or deleted.
public struct RecordingPlace: Sendable, Equatable {
  let created: Date
  let sha256: String

  init(created: Date, sha256: String) {
    (self.created, self.sha256) = (created, sha256)
  }

  /// - Parameter text: what ``text`` gave; nil for any other.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let milliseconds = Int64(parts[0]), milliseconds >= 0, parts[1].utf8.count == 64,
      parts[1].utf8.allSatisfy(Library.isHexadecimal)
    else { return nil }
    self.init(created: Date(milliseconds: milliseconds), sha256: String(parts[1]))
  }

  /// To be kept by others.
  public var text: String { "\(created.milliseconds)-\(sha256)" }
}

/// Which recordings to list or to search.
public struct RecordingFilter: Sendable, Equatable {
  /// nil takes those of all owners, for operators.
  public var owner: String?
  /// One recording only, by its full hash.
  public var sha256: String?
  /// Part of the name, upper case set aside.
  public var name: String?
  /// Language of the newest transcript, as an ISO 639-1 code.
  public var language: String?
  /// Only those that came then or later.
  public var from: Date?
  /// Only those that came before.
  public var to: Date?
  /// Only those behind this place in the list.
  public var after: RecordingPlace?
  /// nil takes all.
  public var limit: Int?

  public init(
    owner: String? = nil, sha256: String? = nil, name: String? = nil, language: String? = nil, from: Date? = nil,
    to: Date? = nil, after: RecordingPlace? = nil, limit: Int? = nil
  ) {
    self.owner = owner
    self.sha256 = sha256
    self.name = name
    self.language = language
    self.from = from
    self.to = to
    self.after = after
    self.limit = limit
  }
}
