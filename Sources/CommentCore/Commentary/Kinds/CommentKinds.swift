public import Foundation

/// The kinds of comments that there are: the files in `data/prompts`, and for those that are not there the shipped
/// ones.
public struct CommentKinds: Sendable {
  /// A kind, or why its file cannot be used.
  public struct Entry: Sendable {
    /// The name that people type.
    public var name: String
    /// The file; nil when it is not in the folder, so that the shipped text serves.
    public var file: URL?
    /// The kind.
    public var result: Result<CommentKind, CommentBotError>
  }

  /// The folder with the files, which may be absent.
  public let folder: URL

  public init(in folder: URL) {
    self.folder = folder
  }

  /// The names of all kinds: the shipped ones in the order in which they are shown, then those of the folder by name.
  public var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    let own = files.filter { $0.pathExtension == "md" && $0.lastPathComponent.lowercased() != "readme.md" }
      .map { $0.deletingPathExtension().lastPathComponent }
    return ShippedKinds.names + Set(own).subtracting(ShippedKinds.names).sorted()
  }

  /// All kinds, those that cannot be used included.
  public var entries: [Entry] {
    names.map { name in
      let file = file(of: name)
      let isOwn = FileManager.default.fileExists(atPath: file.path)
      let result = Result { try kind(named: name) }
      return Entry(
        name: name, file: isOwn ? file : nil,
        result: result.mapError { $0 as? CommentBotError ?? CommentBotError(.io, "read", file.path, cause: "\($0)") })
    }
  }

  /// The file that the kind has, or would have.
  public func file(of name: String) -> URL { folder.appending(path: "\(name).md") }

  /// - Throws: ``CommentBotError`` with code `usage` when there is no such kind, `configuration` with file and line
  ///   when its file is malformed, `permission` or `io` when it cannot be read.
  public func kind(named name: String) throws -> CommentKind {
    // A file with a name that cannot be one is told as malformed; no other name is looked for in the folder.
    guard CommentKindFile.isName(name) || names.contains(name), let text = try text(of: name) else {
      throw CommentBotError(
        .usage, "find", "the kind of comment \"\(name)\"", cause: "the kinds are \(names.joined(separator: ", "))",
        hint: "commentbot prompts list    # a kind of your own: commentbot prompts new NAME")
    }
    return try Self.parse(text, named: name, path: file(of: name).path)
  }

  /// The file's text, or the shipped one; nil when there is neither.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`, `configuration` when it is not UTF-8.
  public func text(of name: String) throws -> String? {
    let file = file(of: name)
    guard FileManager.default.fileExists(atPath: file.path) else { return ShippedKinds.text(of: name) }
    return try Self.text(of: file)
  }

  /// The kind that a file of any place holds; its name is the file's.
  /// - Throws: ``CommentBotError`` with code `configuration` when it is malformed, `inputMissing`, `permission` or
  ///   `io`.
  public static func check(_ file: URL) throws -> CommentKind {
    try parse(text(of: file), named: file.deletingPathExtension().lastPathComponent, path: file.path)
  }

  /// Makes a file with a kind to start from.
  /// - Throws: ``CommentBotError`` with code `usage` when there is one or the name cannot be one; `permission`, `io`.
  public func make(_ name: String) throws -> URL {
    guard CommentKindFile.isName(name) else {
      throw CommentBotError(
        .usage, "make", "the kind of comment \"\(name)\"", cause: "a name has lower-case letters, digits and hyphens",
        hint: "commentbot prompts new my-kind")
    }
    let file = file(of: name)
    guard !FileManager.default.fileExists(atPath: file.path) else {
      throw CommentBotError(
        .usage, "make", file.path, cause: "it is there already",
        hint: "edit it, then: commentbot prompts check \(name)")
    }
    let text = ShippedKinds.text(of: name) ?? ShippedKinds.template(named: name)
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(Data(text.utf8), to: file)
    return file
  }

  private static func text(of file: URL) throws -> String {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw CommentBotError(fileError: error, "read", file.path)
    }
    if let text = String(data: data, encoding: .utf8) { return text }
    // The end of a line is no part of another character, so the line with the first bad byte is bad by itself.
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = (lines.firstIndex { String(data: $0, encoding: .utf8) == nil } ?? 0) + 1
    throw malformed(.init(line: line, cause: "it is not UTF-8"), path: file.path)
  }

  private static func parse(_ text: String, named name: String, path: String) throws -> CommentKind {
    do {
      return try CommentKindFile(parsing: text, named: name).kind
    } catch let error as CommentKindFile.Malformed {
      throw malformed(error, path: path)
    }
  }

  private static func malformed(_ error: CommentKindFile.Malformed, path: String) -> CommentBotError {
    CommentBotError(
      .configuration, "use", "\(path):\(error.line)", cause: error.cause,
      hint: "correct it, then: commentbot prompts check")
  }
}

/// The kinds that come with CommentBot: the files of `data/prompts`, in the program, so that they are there wherever it
/// runs.
enum ShippedKinds {
  /// In the order in which they are shown.
  static let names = [
    "summary", "key-points", "chapters", "action-items", "questions", "quotes", "decisions", "reactions",
    "title-and-tags",
  ]

  static func text(of name: String) -> String? {
    let bytes: [UInt8]? =
      switch name {
      case "summary": PackageResources.summary_md
      case "key-points": PackageResources.key_points_md
      case "chapters": PackageResources.chapters_md
      case "action-items": PackageResources.action_items_md
      case "questions": PackageResources.questions_md
      case "quotes": PackageResources.quotes_md
      case "decisions": PackageResources.decisions_md
      case "reactions": PackageResources.reactions_md
      case "title-and-tags": PackageResources.title_and_tags_md
      default: nil
      }
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A kind that works and shows what can be set.
  static func template(named name: String) -> String {
    """
    ---
    name: \(name)
    title: \(name.prefix(1).uppercased() + name.dropFirst().replacing("-", with: " "))
    description: What this kind of comment is for, in one sentence.
    # What each item holds. "text" must be there; others may be a description, or a list of words to choose from.
    fields:
      text: one sentence
    limits:
      # Items of the whole comment, and of each part of a recording that is read in parts.
      items: 10
      items_per_window: 5
      # Characters of an item.
      characters: 300
    # When the model combines the items of several parts: always, when-too-many or never.
    combine: when-too-many
    # text (paragraphs), list, or timeline (a list in the order of time).
    layout: list
    # What stands there without a model: sentences, questions or words of the recording.
    extract: sentences
    ---
    List what a listener should know.
    {{! Here stands what the model is to write. There are the values language, items, notes and speakers. }}
    {{#speakers}}Say who said it.{{/speakers}}

    """
  }
}
