import CommentCore
import Foundation

/// Room on the disks.
enum DiskChecks {
  /// Bytes under which a disk is too full to go on: an hour of cached audio is 115 MB.
  private static let leastFreeBytes = 500_000_000
  private static let comfortableFreeBytes = 5_000_000_000
  /// Of an hour: 16,000 samples a second of 2 bytes, and its results.
  private static let hourBytes = 3600 * 32_000 + 1_000_000

  static let all = [
    Check(.storage, "disk", "free space for data/") { diagnosis in
      try await Blocking.run { free("data/", diagnosis.home.data, diagnosis) }
    },
    Check(.storage, "disk_database", "free space for bd/") { diagnosis in
      let folder = diagnosis.home.database.deletingLastPathComponent()
      return try await Blocking.run { free("bd/", folder, diagnosis) }
    },
    Check(.storage, "inodes", "files that the disk of data/ can still take") { diagnosis in
      try await Blocking.run { inodes(diagnosis) }
    },
    Check(.storage, "hour", "room and quota for the next hour of audio") { diagnosis in
      try await Blocking.run { hour(diagnosis) }
    },
    Check(.storage, "usage", "what each folder takes") { diagnosis in try await usage(diagnosis) },
    Check(.storage, "durable", "a megabyte written, flushed and read back", isDeep: true) { diagnosis in
      try await Blocking.run { try durable(diagnosis) }
    },
  ]

  private static func facts(_ folder: URL) -> [FileAttributeKey: Any]? {
    try? FileManager.default.attributesOfFileSystem(forPath: folder.nearestThatExists.path)
  }

  private static func free(_ name: String, _ folder: URL, _ diagnosis: Diagnosis) -> Finding {
    guard let free = (facts(folder)?[.systemFreeSize] as? NSNumber)?.intValue else {
      return .warning(
        "the free space for \(name) could not be read",
        fix: diagnosis.place.outside("df -h \(diagnosis.place.path(folder))"))
    }
    let text = "\(TimeText.bytes(free)) free on the disk of \(name)"
    if free < leastFreeBytes { return .failure(text, fix: Mending.makingRoom(diagnosis)) }
    return free < comfortableFreeBytes ? .warning(text, fix: Mending.makingRoom(diagnosis)) : .ok(text)
  }

  private static func inodes(_ diagnosis: Diagnosis) -> Finding? {
    let home = diagnosis.home
    guard let facts = facts(home.data), let all = (facts[.systemNodes] as? NSNumber)?.intValue, all > 0,
      let free = (facts[.systemFreeNodes] as? NSNumber)?.intValue
    else { return nil }
    let text = "the disk of data/ can take \(free) more files"
    return free < 1000
      ? .failure(
        text, fix: diagnosis.place.outside("du --inodes -d 2 \(diagnosis.place.path(home.data)) | sort -n | tail"))
      : .ok(text)
  }

  /// Has the room set aside and gives it back: a quota shows nowhere else.
  private static func hour(_ diagnosis: Diagnosis) -> Finding? {
    let folder = diagnosis.home.audioCache.nearestThatExists
    // Whether it can be written is another check's to tell.
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue,
      access(folder.path, W_OK) == 0
    else { return nil }
    let probe = folder.appending(path: ".diagnose-\(ProcessInfo.processInfo.processIdentifier).tmp")
    let descriptor = open(probe.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let error = CommentBotError(errno: errno, "write", folder.path)
      return .failure(
        "\(folder.path) cannot be written: \(error.cause)", fix: Mending.command(folder, error, in: diagnosis))
    }
    defer {
      close(descriptor)
      unlink(probe.path)
    }
    let text = "an hour of audio takes \(TimeText.bytes(hourBytes)) in \(folder.path)"
    let code = setAside(descriptor, hourBytes)
    guard code == 0 else {
      let error = CommentBotError(errno: code, "write", folder.path)
      return .failure("\(text), and there is no room: \(error.cause)", fix: Mending.makingRoom(diagnosis))
    }
    return .ok("\(text), and there is room")
  }

  private static func setAside(_ descriptor: Int32, _ count: Int) -> Int32 {
    #if os(Linux)
      posix_fallocate(descriptor, 0, off_t(count))
    #else
      ftruncate(descriptor, off_t(count)) == 0 ? 0 : errno
    #endif
  }

  private static func usage(_ diagnosis: Diagnosis) async throws -> Finding {
    let home = diagnosis.home
    let sizes = try await Blocking.run {
      [
        ("audio-cache", home.audioCache), ("inbox", home.inbox), ("transcripts", home.transcripts),
        ("models", home.models), ("database", home.database.deletingLastPathComponent()),
      ].map { ($0.0, size(of: $0.1)) }
    }
    let text = sizes.map { "\($0.0) \(TimeText.bytes($0.1))" }.joined(separator: ", ")
    let (cache, budget) = (sizes[0].1, diagnosis.settings.cacheBytes)
    guard cache > budget else { return .ok(text) }
    return .warning(
      "\(text); the audio-cache may have \(TimeText.bytes(budget))", fix: "commentbot cache --trim \(budget)"
    ) {
      let freed = try await AudioCache(folder: home.audioCache, budget: budget).trim(to: budget)
      return "trimmed the audio-cache by \(TimeText.bytes(freed))"
    }
  }

  private static func size(of folder: URL) -> Int {
    let folder = folder.resolvingSymlinksInPath()
    guard let files = FileManager.default.enumerator(atPath: folder.path) else { return 0 }
    var bytes = 0
    while files.nextObject() != nil { bytes += (files.fileAttributes?[.size] as? NSNumber)?.intValue ?? 0 }
    return bytes
  }

  private static func durable(_ diagnosis: Diagnosis) throws -> Finding {
    let home = diagnosis.home
    let bytes = Data((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
    var times: [String] = []
    var slowest = 0.0
    for (name, folder) in [("data/", home.data), ("bd/", home.database.deletingLastPathComponent())] {
      let place = folder.nearestThatExists
      let probe = place.appending(path: ".diagnose-\(ProcessInfo.processInfo.processIdentifier)")
      let start = ContinuousClock.now
      try AtomicFile.write(bytes, to: probe)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      defer { unlink(probe.path) }
      guard try Data(contentsOf: probe) == bytes else {
        return .failure(
          "what was written to \(place.path) is not what is read there",
          fix: diagnosis.place.outside("sudo dmesg | tail"))
      }
      slowest = max(slowest, seconds)
      times.append("\(name) \(Int(seconds * 1000)) ms")
    }
    let text = "a megabyte written, flushed and read back: \(times.joined(separator: ", "))"
    var fix = "export COMMENTBOT_HOME=FOLDER    # one on a quicker disk"
    switch diagnosis.place {
    case .machine: break
    case .unit: fix = "findmnt --target \(home.root.path.shellQuoted)    # a quicker disk may be mounted there"
    case .image: fix = "in docker-compose.yml: volumes: of folders on a quicker disk"
    }
    return slowest > 1
      ? .warning("\(text): this disk is slow", fix: fix)
      : .ok(text)
  }
}
