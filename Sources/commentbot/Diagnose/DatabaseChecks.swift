import CommentCore
import Foundation

/// The library's file. Nothing is migrated or written back by looking.
enum DatabaseChecks {
  /// Bytes that the write-ahead log has at the most while nobody reads for long; SQLite writes it back at 4 MB.
  private static let muchLog = 64_000_000

  static let all = [
    Check(.database, "wal", "size of the write-ahead log") { diagnosis in
      guard let library = try await diagnosis.library() else { return nil }
      return log(library)
    },
    Check(.database, "integrity", "whether the database is whole") { try await integrity($0) },
    Check(.database, "migrations", "whether the tables are those of this version") { try await migrations($0) },
    Check(.database, "writable", "whether the database can be written") { try await writable($0) },
    Check(.database, "backup", "age of the newest backup") { diagnosis in
      try await Blocking.run { backup(diagnosis.settings.jobs, diagnosis.now()) }
    },
  ]

  private static func log(_ library: LibraryInspection) -> Finding {
    let text = "the write-ahead log has \(TimeText.bytes(library.logBytes))"
    guard library.logBytes > muchLog else { return .ok(text) }
    return .warning("\(text): a program reads for long, or was killed", fix: "commentbot diagnose --fix") {
      try await Blocking.run { try library.writeBackLog() }
      return "wrote the log back; it has \(TimeText.bytes(library.logBytes))"
    }
  }

  private static func integrity(_ diagnosis: Diagnosis) async throws -> Finding {
    let file = diagnosis.home.database
    guard FileManager.default.fileExists(atPath: file.path) else {
      return .ok("no database yet; the first run makes it")
    }
    do {
      let problems = try await Blocking.run { try LibraryInspection(file).problems() }
      if problems.isEmpty { return .ok("\(file.path) is whole") }
      return .failure(
        "\(file.path): \(problems.prefix(3).joined(separator: "; "))", fix: replacing(diagnosis))
    } catch let error as CommentBotError {
      return .failure("\(file.path): \(error.cause)", fix: mending(error, diagnosis))
    }
  }

  private static func migrations(_ diagnosis: Diagnosis) async throws -> Finding? {
    guard let library = try await diagnosis.library() else { return nil }
    if library.isNewer {
      return .failure(
        "\(library.url.path) was written by a newer version of CommentBot",
        fix: "commentbot --version    # install the newer version; this one would damage the file")
    }
    let pending = library.pendingMigrations
    guard !pending.isEmpty else { return .ok("the tables are those of this version") }
    return .warning(
      "\(CountText.of(pending.count, "migration")) pending, such as \(pending[0]); the next command makes them",
      fix: "commentbot migrate")
  }

  private static func writable(_ diagnosis: Diagnosis) async throws -> Finding? {
    guard let library = try await diagnosis.library() else { return nil }
    do {
      try await Blocking.run { try library.requireWritable() }
      return .ok("the database can be written")
    } catch let error as CommentBotError {
      return .failure("\(library.url.path): \(error.cause)", fix: mending(error, diagnosis))
    }
  }

  private static func backup(_ settings: JobSettings, _ now: Date) -> Finding? {
    guard let folder = settings.backupFolder else { return nil }
    let newest = try? BackupFolder(URL(filePath: folder)).newest(at: now)?.made
    let fix = "ls -l \(folder.shellQuoted)    # commentbot serve makes the backups, and logs why it could not"
    guard let newest else { return .warning("there is no backup in \(folder)", fix: fix) }
    let age = now.timeIntervalSince(newest)
    let text = "the newest backup in \(folder) is \(TimeText.span(max(0, age))) old"
    return age > Double(settings.backupHours) * 2 * 3600 ? .warning(text, fix: fix) : .ok(text)
  }

  /// A sound database is never moved away.
  private static func mending(_ error: CommentBotError, _ diagnosis: Diagnosis) -> String {
    switch error.code {
    case .database: replacing(diagnosis)
    case .permission, .diskFull: Mending.command(diagnosis.home.database, error, in: diagnosis)
    case .io: diagnosis.place.outside("sudo dmesg | tail")
    default: error.remedy ?? "commentbot diagnose"
    }
  }

  /// By the newest backup. Without one only the database goes: the transcripts' files stay, and processing the
  /// recordings again finds the audio in the cache.
  private static func replacing(_ diagnosis: Diagnosis) -> String {
    // What scripts have written is out of the container's sight.
    if case .image = diagnosis.place {
      return "commentbot restore \"$(ls -t data/backups/*.tar* data/backups/serve/*.tar* | head -n 1)\""
    }
    var folders = [diagnosis.home.backups]
    folders += diagnosis.settings.jobs.backupFolder.map { [URL(filePath: $0)] } ?? []
    if case .unit = diagnosis.place { folders.append(URL(filePath: "/var/backups/commentbot")) }
    let backups = folders.compactMap { try? BackupFolder($0).newest(at: diagnosis.now()) }
    if let newest = backups.max(by: { $0.made < $1.made }) {
      return "commentbot restore \(newest.file.path.shellQuoted)"
    }
    let file = diagnosis.home.database
    let aside = file.deletingLastPathComponent().appending(
      path: "damaged-\(Int(diagnosis.now().timeIntervalSince1970))")
    let move = "mkdir \(aside.path.shellQuoted) && mv \(file.path.shellQuoted)* \(aside.path.shellQuoted)"
    guard case .unit = diagnosis.place else { return move }
    // The workers are started again with it.
    return "sudo -u commentbot sh -c \(move.shellQuoted) && sudo systemctl restart commentbot"
  }
}
