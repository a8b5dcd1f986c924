import Foundation
import TestSupport
import Testing

@testable import CommentCore

@Suite struct AudioInboxTests {
  private let scratch: Scratch
  private let inbox: AudioInbox

  init() throws {
    scratch = try Scratch()
    inbox = AudioInbox(folder: scratch.url.appending(path: "inbox"))
  }

  private func send(_ bytes: [UInt8], as name: String) async throws -> String {
    let audio = IncomingAudio(inbox)
    for byte in bytes { try await audio.append([byte]) }
    return try await audio.keep(as: name)
  }

  @Test func sameBytes_sentTwice_areOneFileUnderTheirHash() async throws {
    let first = try await send(Array("some audio".utf8), as: "a.mp3")
    let second = try await send(Array("some audio".utf8), as: "b.wav")

    #expect(first == second)
    let file = try inbox.file(of: first, name: "c.ogg")
    #expect(try FileDigest.sha256(of: file).hex == first)
    #expect(try inbox.files().map(\.sha256) == [first])
    #expect(try FileManager.default.contentsOfDirectory(atPath: inbox.folder.path) == [String(first.prefix(2))])
  }

  @Test func rawFormat_sent_keepsTheEndingThatTellsIt() async throws {
    let hash = try await send([1, 2, 3], as: "call.ULAW")

    #expect(try inbox.file(of: hash, name: "call.ulaw").pathExtension == "ulaw")
    #expect(throws: CommentBotError.self) { try inbox.file(of: hash, name: "call.mp3") }
    try inbox.remove(hash)
    #expect(try inbox.files().isEmpty)
  }

  @Test func upload_brokenOff_leavesNothing() async throws {
    var audio: IncomingAudio? = IncomingAudio(inbox)
    try await audio?.append([1, 2, 3])
    let during = try FileManager.default.contentsOfDirectory(atPath: inbox.folder.path)
    #expect(during.count == 1)
    audio = nil
    #expect(try FileManager.default.contentsOfDirectory(atPath: inbox.folder.path).isEmpty)
  }

  @Test func leftovers_ofKilledProcesses_goWhenTheyAreOld() async throws {
    try AtomicFile.makeFolder(inbox.folder)
    try Data([1]).write(to: inbox.folder.appending(path: ".\(UUID().uuidString).tmp"))
    // A person's own.
    try Data([1]).write(to: inbox.folder.appending(path: "talk.tmp"))

    #expect(try inbox.removeLeftovers(before: Date(timeIntervalSinceNow: -3600)) == 0)
    #expect(try inbox.removeLeftovers(before: Date(timeIntervalSinceNow: 3600)) == 1)
  }
}
