public import Foundation

/// Decoded audio on disk, so that no recording is decoded twice.
///
/// An entry is `ab/abcdef….wav` and, written last, `ab/abcdef….json` with its facts. The name is the SHA-256 of the
/// source and the digest of the decode parameters, and for one channel its number. Entries leave in the order of their
/// last use when the budget is spent. Several processes may share the folder.
public actor AudioCache {
  /// 20 GB: some 170 hours.
  public static let defaultBudget = 20_000_000_000

  nonisolated let folder: URL
  private let budget: Int
  private let decoder: AudioDecoder
  private let executor = BlockingExecutor(label: "commentbot.audio-cache")
  private var inUse: [String: WeakFile] = [:]
  private var hasCleaned = false

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - folder: made when something is stored; `Home.audioCache`.
  ///   - budget: bytes that the entries may take together.
  public init(folder: URL, budget: Int = AudioCache.defaultBudget, decoder: AudioDecoder = .init()) {
    self.folder = folder
    self.budget = budget
    self.decoder = decoder
  }

  /// The name of a source's entry.
  /// - Parameter channel: the one that the entry holds, from 0; nil for the mix of all.
  public static func key(sha256: String, channel: Int? = nil) -> String {
    "\(sha256)-\(AudioDecoder.parametersDigest)" + (channel.map { "-channel\($0)" } ?? "")
  }

  /// The decoded audio of a file: from the cache, or decoded now and kept.
  ///
  /// One file is decoded at a time. Cancelling the task stops the decoder and leaves nothing behind.
  /// - Parameters:
  ///   - sha256: of the file's bytes, see ``FileDigest``.
  ///   - channel: the only one to be heard, from 0; nil mixes all.
  ///   - progress: seconds done, and seconds expected when known.
  /// - Throws: ``CommentBotError``: see ``AudioDecoder/decode(_:channel:to:progress:)``.
  public func samples(
    for file: URL, sha256: String, channel: Int? = nil,
    progress: @Sendable (_ seconds: Double, _ total: Double?) -> Void = { _, _ in }
  ) async throws -> CachedAudio {
    let entry = AudioCacheFiles(folder: folder, key: Self.key(sha256: sha256, channel: channel))
    if let cached = entry.open() {
      entry.touch()
      inUse[entry.key] = WeakFile(cached.samples.file)
      return cached
    }
    try checkNotCancelled(file)
    try cleanOnce()
    let facts = try entry.create { temporary in
      try decoder.decode(file, channel: channel, to: temporary) { seconds, total in
        progress(seconds, total)
        return !Task.isCancelled
      }
    }
    let samples = try AudioSamples(url: entry.wav, key: entry.key)
    inUse[entry.key] = WeakFile(samples.file)
    try trim(to: budget)
    return CachedAudio(samples: samples, facts: facts, isReused: false)
  }

  /// Whether the source's audio is there, whole.
  public func contains(sha256: String) -> Bool {
    AudioCacheFiles(folder: folder, key: Self.key(sha256: sha256)).open() != nil
  }

  /// What is in the cache, the longest unused first.
  public func entries() throws -> [AudioCacheEntry] {
    try AudioCacheFiles.keys(in: folder)
      .compactMap { AudioCacheFiles(folder: folder, key: $0).describe() }
      .sorted { $0.lastUsed < $1.lastUsed }
  }

  /// Removes entries, the longest unused first, until the rest takes so many bytes at the most. Entries that this
  /// process is using stay.
  /// - Returns: the bytes freed.
  @discardableResult
  public func trim(to bytes: Int) throws -> Int {
    let entries = try excess(over: bytes)
    for entry in entries { try AudioCacheFiles(folder: folder, key: entry.key).remove() }
    return entries.reduce(0) { $0 + $1.byteCount }
  }

  /// What would go if the entries might take so many bytes at the most.
  public func excess(over bytes: Int) throws -> [AudioCacheEntry] {
    inUse = inUse.filter { $0.value.file != nil }
    let entries = try entries()
    var total = entries.reduce(0) { $0 + $1.byteCount }
    return entries.filter { entry in
      guard total > bytes, inUse[entry.key] == nil else { return false }
      total -= entry.byteCount
      return true
    }
  }

  /// Removes all entries but those that this process is using, and what killed processes left.
  /// - Returns: the bytes of the entries freed.
  @discardableResult
  public func clear() throws -> Int {
    try AudioCacheFiles.removeLeftovers(in: folder)
    return try trim(to: 0)
  }

  /// Removes a source's entries: of the mix and of its channels.
  public func remove(sha256: String) throws {
    for key in try AudioCacheFiles.keys(in: folder) where key.hasPrefix(sha256) {
      try AudioCacheFiles(folder: folder, key: key).remove()
    }
  }

  /// Removes one entry, unless this process is using it.
  public func remove(key: String) throws {
    if inUse[key]?.file == nil { try AudioCacheFiles(folder: folder, key: key).remove() }
  }

  private func cleanOnce() throws {
    if hasCleaned { return }
    try AudioCacheFiles.removeLeftovers(in: folder)
    hasCleaned = true
  }

  private func checkNotCancelled(_ file: URL) throws {
    if Task.isCancelled { throw CommentBotError(.cancelled, "decode", file.path, cause: "it was stopped") }
  }
}

/// What the audio-cache gives for a source.
public struct CachedAudio: Sendable {
  /// 16 kHz mono.
  public let samples: AudioSamples
  /// What the source said of itself.
  public let facts: AudioFacts
  /// Whether nothing had to be decoded.
  public let isReused: Bool
}

/// One source's audio in the cache: the mix, or one channel.
public struct AudioCacheEntry: Sendable, Equatable {
  /// As ``AudioCache/key(sha256:channel:)`` makes it.
  public let key: String
  /// Bytes of its files.
  public let byteCount: Int
  /// When a run last opened it.
  public let lastUsed: Date
  /// Nil when the entry is damaged.
  public let facts: AudioFacts?

  /// SHA-256 of the source.
  public var sha256: String { String(key.prefix(64)) }
}

private struct WeakFile {
  weak var file: MappedFile?

  init(_ file: MappedFile) {
    self.file = file
  }
}
