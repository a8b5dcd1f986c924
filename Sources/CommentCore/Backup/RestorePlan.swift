import Foundation

/// What a restore moves: what is there into hidden folders beside it, and what is staged into its place. To make the
/// plan changes nothing.
struct RestorePlan: Codable {
  static let prefix = ".before-restore-"
  private static let library = "\(BackupPart.library.rawValue)/commentbot.sqlite"

  /// From one path within the installation to another one on the same disk.
  struct Move: Codable, Equatable {
    var from, to: String
  }

  /// The name of the hidden folders that have what takes its place.
  let staged: String
  /// The name of the hidden folders for what was there.
  let aside: String
  /// These folders, as paths within the installation.
  private(set) var keptFolders: [String] = []
  /// One after the other; those of the library come last.
  private(set) var moves: [Move] = []

  /// - Parameters:
  ///   - parts: what is exchanged. A part whose hidden folder is not there has no files then.
  ///   - staged: the name of the hidden folders in those of the parts.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  init(_ parts: [BackupPart], from staged: String, in home: Home, at time: Date) throws {
    self.staged = staged
    aside = Self.name(at: time, after: Self.kept(in: home).last)
    for part in parts {
      switch part {
      case .audio: try addAudio(in: home)
      case .library: try exchangeLibrary(in: home)
      case .configuration, .prompts, .transcripts:
        keep(part)
        for name in try Self.names(in: part.rawValue, home) where part.holds(name) { keep(name, of: part) }
        for name in try Self.names(in: "\(part.rawValue)/\(staged)", home) where part.holds(name) {
          place(name, of: part)
        }
      }
    }
  }

  /// Whether it brings back what another restore has kept aside.
  var isUndo: Bool { staged.hasPrefix(Self.prefix) }

  /// The first move of the library's files.
  var firstOfLibrary: Int? { moves.firstIndex { $0.from.hasPrefix("\(BackupPart.library.rawValue)/") } }

  /// Whether the move keeps the library aside for another one that comes.
  func replacesLibrary(_ move: Move) -> Bool {
    move.from == Self.library && moves.contains { $0.to == Self.library }
  }

  /// What earlier restores have kept aside, the oldest first.
  static func kept(in home: Home) -> [URL] {
    BackupPart.allCases.flatMap { part in
      let folder = part.folder(in: home)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return names.filter { $0.hasPrefix(prefix) }.map { folder.appending(path: $0) }
    }.sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  static func isThere(_ path: String, _ home: Home) -> Bool {
    var status = stat()
    return lstat(home.root.appending(path: path).path, &status) == 0
  }

  // MARK: - Parts

  /// The library's file is moved before those that SQLite has put beside a damaged one.
  private mutating func exchangeLibrary(in home: Home) throws {
    let (part, name) = (BackupPart.library, home.database.lastPathComponent)
    keep(part)
    let companions = ["-wal", "-shm", "-journal"].map { name + $0 }
    for name in companions + [name] where Self.isThere("\(part.rawValue)/\(name)", home) { keep(name, of: part) }
    for name in [name] + companions where Self.isThere("\(part.rawValue)/\(staged)/\(name)", home) {
      place(name, of: part)
    }
  }

  /// Folders of uploads are filled up: their files are named by what is in them, and what is needed no more goes by
  /// itself. Everything else that a person has put there takes the place of what has its name.
  private mutating func addAudio(in home: Home) throws {
    let inbox = BackupPart.audio.rawValue
    for name in try Self.names(in: "\(inbox)/\(staged)", home) where BackupPart.audio.holds(name) {
      let (source, target) = ("\(inbox)/\(staged)/\(name)", "\(inbox)/\(name)")
      let isOfUploads = name.utf8.count == 2 || name == "uploads"
      if isOfUploads, Self.isFolder(source, home), Self.isFolder(target, home) {
        for file in try Self.names(in: source, home) where !Self.isThere("\(target)/\(file)", home) {
          moves.append(Move(from: "\(source)/\(file)", to: "\(target)/\(file)"))
        }
      } else {
        if Self.isThere(target, home) { keep(name, of: .audio) }
        place(name, of: .audio)
      }
    }
  }

  private mutating func keep(_ part: BackupPart) {
    let folder = "\(part.rawValue)/\(aside)"
    if !keptFolders.contains(folder) { keptFolders.append(folder) }
  }

  private mutating func keep(_ name: String, of part: BackupPart) {
    keep(part)
    moves.append(Move(from: "\(part.rawValue)/\(name)", to: "\(part.rawValue)/\(aside)/\(name)"))
  }

  private mutating func place(_ name: String, of part: BackupPart) {
    moves.append(Move(from: "\(part.rawValue)/\(staged)/\(name)", to: "\(part.rawValue)/\(name)"))
  }

  // MARK: - Names

  private static let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)

  /// The last one by its name is the last one that was made, also when a clock was wrong.
  private static func name(at time: Date, after last: URL?) -> String {
    let newest = last.flatMap { try? Date(String($0.lastPathComponent.dropFirst(prefix.count)), strategy: style) }
    return prefix + max(time, newest.map { $0 + 1 } ?? time).formatted(style)
  }

  private static func names(in path: String, _ home: Home) throws -> [String] {
    guard isThere(path, home) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: home.root.appending(path: path).path).sorted()
    } catch {
      throw CommentBotError(fileError: error, "read", home.root.appending(path: path).path)
    }
  }

  private static func isFolder(_ path: String, _ home: Home) -> Bool {
    var isFolder: ObjCBool = false
    let path = home.root.appending(path: path).path
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
