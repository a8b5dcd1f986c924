import Foundation
import GRDB
import Synchronization

@testable import CommentCore

/// A folder of its own for a test, removed when the test ends however it ends.
func withTemporaryFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appending(path: "commentbot-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}

/// A new library for a test; its clock goes one second a look.
func withLibrary<Value>(_ body: (Library) async throws -> Value) async throws -> Value {
  try await withTemporaryFolder { folder in
    let clock = TestClock()
    return try await body(Library(at: folder.appending(path: "bd/library.sqlite"), now: { clock.next() }))
  }
}

/// Counts seconds from a fixed time on.
final class TestClock: Sendable {
  private let seconds = Mutex(1_700_000_000)

  func next() -> Date {
    seconds.withLock { seconds in
      seconds += 1
      return Date(timeIntervalSince1970: Double(seconds))
    }
  }
}

extension Recording {
  /// `digits` begin the hash.
  static func make(_ digits: String = "abcd", name: String = "talk", tags: [String: String] = [:]) -> Recording {
    Recording(
      sha256: digits + String(repeating: "0", count: 64 - digits.count), name: name, path: "/in/\(name).mp3",
      byteCount: 1000,
      facts: AudioFacts(
        container: "mp3", codec: "mp3", sampleRate: 44100, channels: 2, duration: 61.25, filledSeconds: 0.5, tags: tags)
    )
  }
}

extension Transcript {
  static func make(_ texts: [String] = [" Hello there.", " General talk."], key: String = "key") -> Transcript {
    Transcript(
      key: key, language: "en", languageProbability: 0.75, duration: 61.25, engine: "libwhisper", model: "base",
      options: TranscriptionOptions(), segments: texts.enumerated().map { .make($0, $1) },
      dropped: [DroppedSpan(start: 40, end: 60.5, reason: .noSpeech)])
  }
}

extension Segment {
  static func make(_ id: Int, _ text: String) -> Segment {
    Segment(
      id: id, start: Double(id) * 2.5, end: Double(id) * 2.5 + 2.4, text: text, language: "en",
      tokens: [50364, 7, 11], temperature: 0.2, avgLogprob: -0.123456789, compressionRatio: 1.1, noSpeechProb: 0.01,
      words: [Word(word: text, start: 0.1, end: 0.2, probability: 0.9)])
  }
}

extension TranscriptionWindow {
  static func make(_ start: Double, _ end: Double, text: String = "x") -> TranscriptionWindow {
    TranscriptionWindow(
      start: start, end: end, language: "en", languageProbability: 0.5, segments: [.make(0, text)],
      dropped: [DroppedSpan(start: start, end: end, reason: .doubtful)])
  }
}

extension Library {
  /// Of all comments there are, in alphabetical order.
  func commentKeys() async throws -> [String] {
    try await read { try String.fetchAll($0, sql: "SELECT key FROM comments ORDER BY key") }
  }
}

extension Comment {
  static func make(_ kind: String = "summary", key: String? = nil, text: String = "All is well.") -> Comment {
    Comment(
      key: key ?? "key-\(kind)", kind: kind, title: kind == "summary" ? "Summary" : "Key points",
      layout: kind == "summary" ? .text : .list, model: "qwen", engine: "ollama",
      promptDigest: String(repeating: "a", count: 64), coverage: 1, promptTokens: 10, outputTokens: 20, seconds: 1.5,
      items: [
        CommentItem(
          text: text, quote: "Hello", grounded: true, citations: [Citation(segment: 0, start: 0, end: 2.4)])
      ])
  }
}
