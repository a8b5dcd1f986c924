import Crypto
import Foundation
import TestSupport
import Testing

@testable import CommentCore

/// A folder that is gone when the test ends.
private final class Scratch {
  let folder = FileManager.default.temporaryDirectory.appending(path: "download-\(UUID().uuidString)")
  var file: URL { folder.appending(path: "models/model.bin") }
  var part: URL { folder.appending(path: "models/model.bin.part") }

  deinit { try? FileManager.default.removeItem(at: folder) }
}

@Suite struct NetworkDownloadTests {
  private static let content = Data((0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
  private static let sha256 = SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined()
  private let client = CurlClient()
  private let scratch = Scratch()

  private func download(_ url: String, sha256: String = sha256) -> Download {
    Download(url, to: scratch.file, sha256: sha256, byteCount: Self.content.count)
  }

  /// Serves the content, with ranges.
  private static func serve(_ request: ReplayServer.Request) -> [ReplayServer.Step] {
    guard let range = request.headers["range"], let start = Int(range.dropFirst("bytes=".count).dropLast()) else {
      return [.reply(content)]
    }
    guard start < content.count else { return [.reply("", status: 416)] }
    let headers = ["Content-Range": "bytes \(start)-\(content.count - 1)/\(content.count)"]
    return [.reply(Data(content.dropFirst(start)), status: 206, headers: headers)]
  }

  /// Half of the content, then a broken connection.
  private static let half: [ReplayServer.Step] = [
    .send(Data("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\n\r\n".utf8) + content.prefix(250_000)), .close,
  ]

  @Test func download_writesTheFileWithProgress() async throws {
    let server = try ReplayServer(Self.serve)
    let (steps, step) = AsyncStream<Int>.makeStream()
    try await client.download(download(server.url)) { done, total in
      #expect(total == Self.content.count)
      step.yield(done)
    }
    step.finish()
    let seen = await steps.reduce(into: []) { $0.append($1) }
    #expect(seen == seen.sorted() && seen.first == 0 && seen.last == Self.content.count)
    #expect(try Data(contentsOf: scratch.file) == Self.content)
    #expect(!FileManager.default.fileExists(atPath: scratch.part.path))
  }

  @Test func download_goesOn_afterABrokenConnection() async throws {
    let server = try ReplayServer { $0.headers["range"] == nil ? Self.half : Self.serve($0) }
    #expect(await errorCode { try await client.download(download(server.url)) } == .unreachable)
    #expect(!FileManager.default.fileExists(atPath: scratch.file.path))
    #expect(try Data(contentsOf: scratch.part).count == 250_000)

    try await client.download(download(server.url))
    #expect(server.requests.last?.headers["range"] == "bytes=250000-")
    #expect(try Data(contentsOf: scratch.file) == Self.content)
  }

  @Test func download_ofAnotherProcess_isNotDisturbed() async throws {
    let server = try ReplayServer(Self.serve)
    try AtomicFile.makeFolder(scratch.part.deletingLastPathComponent())
    try Self.content.prefix(7).write(to: scratch.part)
    let other = open(scratch.part.path, O_RDWR | O_CLOEXEC)
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    #expect(await errorCode { try await client.download(download(server.url)) } == .busy)
    #expect(try Data(contentsOf: scratch.part) == Self.content.prefix(7))
    #expect(server.requests.isEmpty)
    close(other)
    try await client.download(download(server.url))
    #expect(try Data(contentsOf: scratch.file) == Self.content)
  }

  @Test func download_startsAgain_whenTheServerDoesNotResume() async throws {
    let server = try ReplayServer { $0.path == "/half" ? Self.half : [.reply(Self.content)] }
    try? await client.download(download(server.url + "/half"))
    try await client.download(download(server.url))
    #expect(try Data(contentsOf: scratch.file) == Self.content)
  }

  @Test func download_completesAPart_thatIsWholeAlready() async throws {
    try FileManager.default.createDirectory(
      at: scratch.part.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Self.content.write(to: scratch.part)
    let server = try ReplayServer(Self.serve)
    try await client.download(download(server.url))
    #expect(server.requests.isEmpty)
    #expect(try Data(contentsOf: scratch.file) == Self.content)
  }

  @Test func download_refusesOtherBytes_andStartsCleanNextTime() async throws {
    let server = try ReplayServer(Self.serve)
    let other = String(repeating: "0", count: 64)
    #expect(await errorCode { try await client.download(download(server.url, sha256: other)) } == .serverError)
    #expect(!FileManager.default.fileExists(atPath: scratch.file.path))
    #expect(!FileManager.default.fileExists(atPath: scratch.part.path))
  }

  @Test func download_throwsServerError_forAStatusThatIsNoSuccess() async throws {
    let server = try ReplayServer { _ in [.reply("no", status: 403)] }
    #expect(await errorCode { try await client.download(download(server.url)) } == .serverError)
  }

  @Test func download_throwsIO_whenTheFolderCannotBeMade() async throws {
    try FileManager.default.createDirectory(at: scratch.folder, withIntermediateDirectories: true)
    try Data().write(to: scratch.folder.appending(path: "models"))
    let server = try ReplayServer(Self.serve)
    #expect(await errorCode { try await client.download(download(server.url)) } == .io)
    #expect(server.connections == 0)
  }

  @Test func aFullDisk_hasItsOwnCode() throws {
    // Every write to this device fails for lack of space.
    let full = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
    let error = try #require(throws: (any Error).self) { try full.write(contentsOf: Data("x".utf8)) }
    #expect(CommentBotError(fileError: error, "write", "x").code == .diskFull)
  }
}
