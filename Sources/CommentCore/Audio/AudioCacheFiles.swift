import Foundation

/// The files of one entry of the audio-cache, and how they come and go.
struct AudioCacheFiles {
  let key: String
  private let root: URL
  private var folder: URL { root.appending(path: String(key.prefix(2))) }
  var wav: URL { folder.appending(path: key + ".wav") }
  private var json: URL { folder.appending(path: key + ".json") }

  init(folder: URL, key: String) {
    self.root = folder
    self.key = key
  }

  /// The entry, when it is there and as long as its facts say.
  func open() -> CachedAudio? {
    guard let facts = facts(), let samples = try? AudioSamples(url: wav, key: key),
      samples.file.bytes.count == AudioSamples.headerBytes + 2 * samples.count,
      samples.count == Int((facts.duration * Double(AudioSamples.sampleRate)).rounded())
    else { return nil }
    return CachedAudio(samples: samples, facts: facts, isReused: true)
  }

  /// Sets the time of the last use.
  func touch() {
    // Failing only makes the entry look older than it is: the folder may be read-only.
    _ = utimensat(AT_FDCWD, wav.path, nil, 0)
  }

  func describe() -> AudioCacheEntry? {
    var audio = stat()
    guard stat(wav.path, &audio) == 0 else { return nil }
    var text = stat()
    let textBytes = stat(json.path, &text) == 0 ? Int(text.st_size) : 0
    return AudioCacheEntry(
      key: key, byteCount: Int(audio.st_size) + textBytes, lastUsed: audio.lastModified, facts: facts())
  }

  /// Makes the entry: each file is written under another name, brought to the disk and renamed.
  func create(_ decode: (URL) throws -> AudioFacts) throws -> AudioFacts {
    try AtomicFile.makeFolder(folder)
    let temporary = folder.appending(path: "\(key).\(UUID().uuidString).tmp")
    let facts = try decode(temporary)
    guard rename(temporary.path, wav.path) == 0 else {
      let error = CommentBotError(errno: errno, "write", wav.path)
      unlink(temporary.path)
      throw error
    }
    do {
      // Flushes the folder too, and with it both names.
      try write(facts)
    } catch {
      unlink(wav.path)
      throw error
    }
    return facts
  }

  func remove() throws {
    // The facts first: what is left of an interrupted removal is then no entry.
    for file in [json, wav] where unlink(file.path) != 0 && errno != ENOENT {
      throw CommentBotError(errno: errno, "remove", file.path)
    }
  }

  private func facts() -> AudioFacts? {
    guard let data = try? Data(contentsOf: json) else { return nil }
    return try? JSONDecoder().decode(AudioFacts.self, from: data)
  }

  private func write(_ facts: AudioFacts) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try AtomicFile.write(encoder.encode(facts), to: json)
  }

  // MARK: - The whole cache

  /// The keys of all entries, damaged ones included.
  static func keys(in root: URL) throws -> [String] {
    try files(in: root, extension: "wav").map { $0.deletingPathExtension().lastPathComponent }
  }

  /// Removes what killed processes left behind. A file that a process is writing is locked by it.
  static func removeLeftovers(in root: URL) throws {
    for file in try files(in: root, extension: "tmp") {
      let descriptor = Foundation.open(file.path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      // A new file may not be locked yet.
      let isOld = fstat(descriptor, &status) == 0 && status.lastModified.timeIntervalSinceNow < -60
      if isOld, flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(file.path) }
    }
  }

  private static func files(in root: URL, extension name: String) throws -> [URL] {
    let manager = FileManager.default
    guard manager.fileExists(atPath: root.path) else { return [] }
    do {
      return try manager.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
        .filter { $0.lastPathComponent.count == 2 }
        .flatMap { try manager.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
        .filter { $0.pathExtension == name }
    } catch {
      throw CommentBotError(.io, "read", root.path, cause: error.localizedDescription)
    }
  }
}

extension stat {
  fileprivate var lastModified: Date {
    #if os(Linux)
      let time = st_mtim
    #else
      let time = st_mtimespec
    #endif
    return Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }
}
