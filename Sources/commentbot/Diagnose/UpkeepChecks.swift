import CommentCore
import Foundation

/// What builds up or opens up with time: leftover files, and who may read secrets.
enum UpkeepChecks {
  static let all = [
    Check(.storage, "leftovers", "temporary files of programs that were killed") { diagnosis in
      try await Blocking.run {
        leftovers(
          Leftovers(
            in: diagnosis.home, diagnosis.settings.jobs, temporaryFolder: diagnosis.temporaryFolder,
            now: diagnosis.now()))
      }
    },
    Check(.storage, "restore", "whether a restore came to its end") { diagnosis in
      guard Restore.isUnfinished(in: diagnosis.home) else { return .ok("no restore was broken off") }
      return .failure(
        "a restore has not come to its end: parts of the data are the backup's, others not",
        fix: "commentbot restore --undo    # takes it back; while it is at work, wait")
    },
    Check(.storage, "secrets", "who may read the files with secrets") { diagnosis in
      try await Blocking.run { secrets(secretFiles(diagnosis), diagnosis.place) }
    },
  ]

  private static func leftovers(_ leftovers: Leftovers) -> Finding {
    let files = leftovers.files
    guard let first = files.first else { return .ok("no temporary files are left over") }
    return .warning(
      "\(CountText.of(files.count, "temporary file")) left over, such as \(first.path)",
      fix: "commentbot diagnose --fix"
    ) {
      var failures: [CommentBotError] = []
      for file in files {
        do {
          try FileManager.default.removeAll(at: file)
        } catch let error as CommentBotError {
          failures.append(error)
        }
      }
      let removed = "removed \(CountText.of(files.count - failures.count, "temporary file"))"
      guard var failure = failures.first else { return removed }
      failure.cause =
        "\(removed), and not \(failure.subject)\(failures.count > 1 ? " and others" : ""): \(failure.cause)"
      throw failure
    }
  }

  private static func secretFiles(_ diagnosis: Diagnosis) -> [URL] {
    let settings = diagnosis.settings
    var files = [settings.jobs.webhookSecretFile, settings.jobs.backupPassphraseFile].compactMap { $0 }
      .map { URL(filePath: $0) }
    if let jwt = settings.serve.jwt, jwt.algorithm == .hs256 { files.append(URL(filePath: jwt.keyFile)) }
    let configuration = try? String(contentsOf: diagnosis.home.configuration, encoding: .utf8)
    // In a comment it is none.
    if configuration?.contains(/(?m)^[^#\n]*api_key/) == true { files.append(diagnosis.home.configuration) }
    return files
  }

  private static func secrets(_ files: [URL], _ place: Place) -> Finding? {
    let open = files.filter { file in
      let facts = try? FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
      return ((facts?[.posixPermissions] as? NSNumber)?.intValue ?? 0) & 0o077 != 0
    }
    guard let first = open.first else {
      return files.isEmpty ? nil : .ok("only this user reads the files with secrets")
    }
    let names = open.map(place.path).joined(separator: " ")
    var fix = place.outside("chmod go= \(names)")
    // It may be the group by which the service reads it.
    if case .unit = place { fix = "sudo chown commentbot \(names) && sudo chmod go= \(names)" }
    return .warning("others on this machine may read \(first.path), which holds a secret", fix: fix) {
      for file in open {
        let facts = try FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
        let mode = (facts[.posixPermissions] as? NSNumber)?.intValue ?? 0o600
        guard chmod(file.path, mode_t(mode & 0o700)) == 0 else {
          throw CommentBotError(errno: errno, "change", file.path)
        }
      }
      return "took \(CountText.of(open.count, "file")) away from others"
    }
  }
}
