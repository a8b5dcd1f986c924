import CommentCore
import Foundation

/// Folders that must be writable.
enum FolderChecks {
  static let all: [Check] =
    [Check(.storage, "home", "where the installation is") { home($0.home) }]
    + places.map { name, title, folder in
      Check(.storage, name, title) { diagnosis in
        try await Blocking.run { writable(folder(diagnosis.home), in: diagnosis) }
      }
    } + [
      Check(.storage, "temporary", "the folder for temporary files") { diagnosis in
        try await Blocking.run { temporary(diagnosis.temporaryFolder, diagnosis.place) }
      },
      Check(.storage, "ownership", "files that this user may not change") { diagnosis in
        try await Blocking.run { ownership(diagnosis) }
      },
    ]

  private static let places: [(String, String, @Sendable (Home) -> URL)] = [
    ("database", "the database's folder", { $0.database.deletingLastPathComponent() }),
    ("audio_cache", "the folder of decoded audio", { $0.audioCache }),
    ("inbox", "the folder of uploads", { $0.inbox }),
    ("transcripts", "the folder of results", { $0.transcripts }),
    ("models", "the folder of models", { $0.models }),
  ]

  private static func home(_ home: Home) -> Finding {
    let isThere = FileManager.default.fileExists(atPath: home.database.path)
    return .ok("\(home.root.path) \(isThere ? "holds" : "is where the first run will make") bd/ and data/")
  }

  /// Really writes a byte: permission bits say nothing about read-only mounts or to root.
  private static func writable(_ folder: URL, in diagnosis: Diagnosis) -> Finding {
    let place = folder.nearestThatExists
    let isThere = place.path == folder.path
    do {
      guard isThere || isFolder(place) else {
        throw CommentBotError(.io, "create the folder", folder.path, cause: "\(place.path) is a file")
      }
      let probe = place.appending(path: ".diagnose-\(ProcessInfo.processInfo.processIdentifier)")
      if !isFolder(place) { throw CommentBotError(errno: ENOTDIR, "write", place.path) }
      try AtomicFile.write(Data([0]), to: probe)
      try FileManager.default.removeItem(at: probe)
    } catch {
      let error = error as? CommentBotError ?? CommentBotError(fileError: error, "write", folder.path)
      return .failure(
        "\(folder.path) cannot be written: \(error.cause)", fix: Mending.command(folder, error, in: diagnosis))
    }
    if isThere { return .ok("\(folder.path) can be written") }
    return .ok("\(folder.path) is made when it is needed") {
      try await Blocking.run { try AtomicFile.makeFolder(folder) }
      return "made \(folder.path)"
    }
  }

  private static func temporary(_ folder: URL, _ place: Place) -> Finding {
    let probe = folder.appending(path: "commentbot-diagnose-\(ProcessInfo.processInfo.processIdentifier)")
    do {
      try AtomicFile.write(Data([0]), to: probe)
      try FileManager.default.removeItem(at: probe)
      return .ok("\(folder.path) can be written")
    } catch {
      let cause = (error as? CommentBotError)?.cause ?? "\(error)"
      let fix =
        if case .image = place {
          "in docker-compose.yml: volumes: [\"\(folder.path)\"]    # then: docker compose up --detach"
        } else {
          place.environment("TMPDIR", "FOLDER", "one that this user can write")
        }
      return .failure("\(folder.path) cannot be written: \(cause)", fix: fix)
    }
  }

  /// What somebody else, such as root, has made there once: the folders may be writable all the same.
  private static func ownership(_ diagnosis: Diagnosis) -> Finding? {
    let (home, place) = (diagnosis.home, diagnosis.place)
    var foreign: [String] = []
    for top in [home.database.deletingLastPathComponent(), home.audioCache, home.inbox, home.transcripts] {
      guard let files = FileManager.default.enumerator(atPath: top.path) else { continue }
      while let name = files.nextObject() as? String {
        let path = top.appending(path: name).path
        if files.level > 2 { files.skipDescendants() }
        if access(path, W_OK) != 0, errno == EACCES { foreign.append(path) }
      }
    }
    guard let first = foreign.first else { return .ok("all files in bd/ and data/ may be changed by this user") }
    let folder = URL(filePath: first).deletingLastPathComponent()
    let isOwn = (try? FileManager.default.attributesOfItem(atPath: first))?[.ownerAccountID] as? NSNumber
    let fix =
      isOwn?.uint32Value == geteuid()
      ? place.outside("chmod -R u+rwX \(place.path(folder))") : place.owned(folder)
    return .failure(
      "\(CountText.of(foreign.count, "file")) may not be changed by this user, such as \(first)", fix: fix)
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
