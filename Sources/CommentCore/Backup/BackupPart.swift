import Foundation

/// What a backup holds of an installation; the raw values are the folders, there and in the archive.
///
/// The order is that in which a restore takes them over: the library, which says what all the others are, comes last.
enum BackupPart: String, CaseIterable {
  case configuration = "data/config"
  case prompts = "data/prompts"
  case audio = "data/inbox"
  case transcripts = "data/transcripts"
  case library = "bd/commentbot"

  func folder(in home: Home) -> URL { home.root.appending(path: rawValue) }

  /// Whether a file or folder at the top of the part's folder belongs to it. What is hidden is on its way, or kept
  /// aside.
  func holds(_ name: String) -> Bool {
    switch self {
    case .configuration: name == "commentbot.yml"
    case .library: name == "commentbot.sqlite"
    case .audio, .prompts, .transcripts: !name.hasPrefix(".")
    }
  }

  /// The part that a path in an archive belongs to, and the path within it.
  /// - Returns: nil when it belongs to none, or would lead elsewhere.
  static func of(_ path: String) -> (part: BackupPart, path: String)? {
    guard let part = allCases.first(where: { path.hasPrefix($0.rawValue + "/") }) else { return nil }
    let rest = String(path.dropFirst(part.rawValue.count + 1))
    let names = rest.split(separator: "/", omittingEmptySubsequences: false)
    let isSafe = names.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }
    guard isSafe, let first = names.first, part.holds(String(first)) else { return nil }
    return (part, rest)
  }

  /// The files that belong to it, as paths within its folder, in alphabetical order; links to folders are not followed
  /// but named.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  func files(in home: Home) throws -> (files: [String], passedOver: [String]) {
    var (files, passedOver): ([String], [String]) = ([], [])
    func look(into path: String) throws {
      let folder = path.isEmpty ? self.folder(in: home) : self.folder(in: home).appending(path: path)
      guard FileManager.default.fileExists(atPath: folder.path) else { return }
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      } catch {
        throw CommentBotError(fileError: error, "read", folder.path)
      }
      for name in names.sorted() where path.isEmpty ? holds(name) : !name.hasPrefix(".") {
        let file = path.isEmpty ? name : "\(path)/\(name)"
        switch Self.kind(of: folder.appending(path: name)) {
        case .typeRegular: files.append(file)
        case .typeDirectory: try look(into: file)
        case nil: continue
        default: passedOver.append("\(rawValue)/\(file)")
        }
      }
    }
    try look(into: "")
    return (files, passedOver)
  }

  /// A link to a file counts as a file; nil when there is nothing by now.
  private static func kind(of url: URL) -> FileAttributeType? {
    let files = FileManager.default
    guard let kind = try? files.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType else { return nil }
    guard kind == .typeSymbolicLink else { return kind }
    let target = try? files.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)[.type] as? FileAttributeType
    return target == .typeRegular ? .typeRegular : kind
  }
}
