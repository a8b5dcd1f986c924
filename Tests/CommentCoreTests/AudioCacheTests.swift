import Foundation
import Testing

@testable import CommentCore

struct AudioCacheTests {
  private let files: AudioTestFiles
  private var folder: URL { files.url("audio-cache") }

  init() throws {
    files = try AudioTestFiles()
  }

  /// A recording that differs by its length.
  private func recording(seconds: Int) throws -> (file: URL, sha256: String) {
    let file = try files.ffmpeg(AudioTestFiles.beeps(seconds: seconds), to: "\(seconds).mp3")
    return (file, try FileDigest.sha256(of: file).hex)
  }

  private func names() throws -> [String] {
    guard let all = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    return all.compactMap { $0 as? String }.filter { $0.contains(".") }.sorted()
  }

  @Test func samples_secondTime_areReused() async throws {
    let (file, sha256) = try recording(seconds: 3)
    let cache = AudioCache(folder: folder)
    #expect(await !cache.contains(sha256: sha256))
    let first = try await cache.samples(for: file, sha256: sha256)
    #expect(!first.isReused)
    #expect(await cache.contains(sha256: sha256))
    // Without the source: nothing can have been decoded.
    try FileManager.default.removeItem(at: file)
    let second = try await AudioCache(folder: folder).samples(for: file, sha256: sha256)
    #expect(second.isReused)
    #expect(second.facts == first.facts)
    #expect(second.samples.key == AudioCache.key(sha256: sha256))
    #expect(second.samples.floats(0..<48_000) == first.samples.floats(0..<48_000))
  }

  @Test func entry_liesWhereItsDigestSays() async throws {
    let (file, sha256) = try recording(seconds: 1)
    _ = try await AudioCache(folder: folder).samples(for: file, sha256: sha256)
    let name = "\(sha256.prefix(2))/\(sha256)-\(AudioDecoder.parametersDigest)"
    #expect(try names() == ["\(name).json", "\(name).wav"])
  }

  @Test func create_factsThatCannotBeWritten_leaveNoAudio() throws {
    let files = AudioCacheFiles(folder: folder, key: "abcd")
    // A folder where the facts shall be.
    try AtomicFile.makeFolder(folder.appending(path: "ab/abcd.json"))
    #expect(throws: CommentBotError.self) {
      try files.create { file in
        try Data("audio".utf8).write(to: file)
        return AudioFacts(container: "wav", codec: "pcm", sampleRate: 16000, channels: 1, duration: 1)
      }
    }
    #expect(try names() == ["ab/abcd.json"])
  }

  @Test func entries_tellWhatIsThere() async throws {
    let (file, sha256) = try recording(seconds: 2)
    let cache = AudioCache(folder: folder)
    #expect(try await cache.entries().isEmpty)
    // A file system keeps coarser times than the clock.
    let start = Date() - 2
    let facts = try await cache.samples(for: file, sha256: sha256).facts
    let entry = try #require(try await cache.entries().first)
    #expect(entry.sha256 == sha256)
    #expect(entry.facts == facts)
    #expect((start...(Date() + 2)).contains(entry.lastUsed))
    #expect(entry.byteCount > 2 * 32_000)
  }

  @Test(arguments: ["cut", "no facts", "broken facts", "no audio"])
  func damagedEntry_isDecodedAgain(damage: String) async throws {
    let (file, sha256) = try recording(seconds: 2)
    let cache = AudioCache(folder: folder)
    let whole = try await cache.samples(for: file, sha256: sha256)
    let wav = whole.samples.url
    let json = wav.deletingPathExtension().appendingPathExtension("json")
    let isThere: Bool
    switch damage {
    case "cut": isThere = truncate(wav.path, 20_000) == 0
    case "no facts": isThere = unlink(json.path) == 0
    case "broken facts": isThere = truncate(json.path, 5) == 0
    default: isThere = unlink(wav.path) == 0
    }
    try #require(isThere)
    #expect(await !cache.contains(sha256: sha256))
    let again = try await cache.samples(for: file, sha256: sha256)
    #expect(!again.isReused)
    #expect(again.facts == whole.facts)
    #expect(await cache.contains(sha256: sha256))
  }

  @Test func budget_removesTheLongestUnused() async throws {
    let recordings = try (1...3).map { try recording(seconds: $0) }
    let open = AudioCache(folder: folder)
    for (index, item) in recordings.enumerated() {
      _ = try await open.samples(for: item.file, sha256: item.sha256)
      try setLastUse(of: item.sha256, secondsAgo: 1000 - Double(index))
    }
    // Used again, the first becomes the youngest.
    _ = try await open.samples(for: recordings[0].file, sha256: recordings[0].sha256)
    let new = try recording(seconds: 4)
    _ = try await AudioCache(folder: folder, budget: 230_000).samples(for: new.file, sha256: new.sha256)
    let left = try await open.entries().map(\.sha256)
    #expect(left == [recordings[0].sha256, new.sha256])
  }

  @Test func budget_neverRemovesWhatIsInUse() async throws {
    let (first, second) = (try recording(seconds: 2), try recording(seconds: 3))
    let cache = AudioCache(folder: folder, budget: 1)
    var used: CachedAudio? = try await cache.samples(for: first.file, sha256: first.sha256)
    let new = try await cache.samples(for: second.file, sha256: second.sha256)
    #expect(try await cache.entries().count == 2)
    #expect(used?.samples.floats(0..<100).count == 100)
    used = nil
    try await cache.trim(to: 1)
    #expect(try await cache.entries().map(\.sha256) == [second.sha256])
    #expect(new.samples.count > 0)
  }

  @Test func clear_removesAllAndTellsHowMuch() async throws {
    let (file, sha256) = try recording(seconds: 2)
    _ = try await AudioCache(folder: folder).samples(for: file, sha256: sha256)
    let cache = AudioCache(folder: folder)
    let total = try await cache.entries().reduce(0) { $0 + $1.byteCount }
    #expect(try await cache.clear() == total)
    #expect(try names().isEmpty)
  }

  @Test func leftovers_areRemovedButNotWhatIsBeingWritten() async throws {
    let part = folder.appending(path: "ab")
    try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
    let leftover = part.appending(path: "ab-old.tmp")
    try Data(count: 100).write(to: leftover)
    let writer = try WAVWriter(part.appending(path: "ab-busy.tmp"))
    let fresh = part.appending(path: "ab-fresh.tmp")
    try Data(count: 100).write(to: fresh)
    let old = Date(timeIntervalSinceNow: -3600)
    for file in [leftover, writer.url] {
      try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file.path)
    }
    let (file, sha256) = try recording(seconds: 1)
    _ = try await AudioCache(folder: folder).samples(for: file, sha256: sha256)
    #expect(!FileManager.default.fileExists(atPath: leftover.path))
    #expect(FileManager.default.fileExists(atPath: writer.url.path))
    #expect(FileManager.default.fileExists(atPath: fresh.path))
  }

  @Test func cancelledTask_stopsAndLeavesNothing() async throws {
    let (file, sha256) = try recording(seconds: 20)
    let cache = AudioCache(folder: folder)
    let task = Task {
      try await cache.samples(for: file, sha256: sha256) { seconds, _ in
        if seconds > 5 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    let error = await #expect(throws: CommentBotError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(try names().isEmpty)
  }

  @Test func unreadableSource_leavesNothing() async throws {
    let file = try files.write(Data("no audio".utf8), to: "x.mp3")
    let error = await #expect(throws: CommentBotError.self) {
      try await AudioCache(folder: folder).samples(for: file, sha256: String(repeating: "a", count: 64))
    }
    #expect(error?.code == .unreadableAudio)
    #expect(try names().isEmpty)
  }

  @Test func twoAtOnce_decodeOnce() async throws {
    let (file, sha256) = try recording(seconds: 5)
    let cache = AudioCache(folder: folder)
    async let first = cache.samples(for: file, sha256: sha256)
    async let second = cache.samples(for: file, sha256: sha256)
    let reused = try await [first.isReused, second.isReused]
    #expect(reused.count { $0 } == 1)
  }

  private func setLastUse(of sha256: String, secondsAgo: Double) throws {
    let wav = AudioCacheFiles(folder: folder, key: AudioCache.key(sha256: sha256)).wav
    let date = Date(timeIntervalSinceNow: -secondsAgo)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: wav.path)
  }
}
