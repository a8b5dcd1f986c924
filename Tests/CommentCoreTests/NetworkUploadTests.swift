import Foundation
import TestSupport
import Testing

@testable import CommentCore

@Suite struct NetworkUploadTests {
  @Test func form_withAFile_isSentWhole() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "a.bin")
    let bytes = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0) })
    try bytes.write(to: file)
    let server = try ReplayServer { _ in [.reply("{}")] }

    let parts: [HTTPRequest.FormPart] = [
      .field(name: "kinds", value: "none, all"), .file(name: "file", file, filename: "a \"b\".wav"),
    ]
    let response = try await CurlClient().send(HTTPRequest(.post, server.url, body: .form(parts)))
    #expect(response.status == 200)
    let request = try #require(server.requests.first)
    #expect(request.headers["content-type"]?.hasPrefix("multipart/form-data; boundary=") == true)
    #expect(request.body.range(of: bytes) != nil)
    #expect(request.body.range(of: Data("none, all".utf8)) != nil)
  }

  @Test func file_thatIsNotThere_failsBeforeAnythingIsSent() async throws {
    let server = try ReplayServer { _ in [.reply("{}")] }
    let parts = [HTTPRequest.FormPart.file(name: "file", URL(filePath: "/nowhere/a.wav"), filename: "a.wav")]
    await #expect(throws: CommentBotError.self) {
      _ = try await CurlClient().send(HTTPRequest(.post, server.url, body: .form(parts)))
    }
    #expect(server.requests.isEmpty)
  }

  @Test func address_pinned_isConnectedToWhateverTheNameStandsFor() async throws {
    let server = try ReplayServer { _ in [.reply("{}")] }
    let response = try await CurlClient().send(
      HTTPRequest(.get, "http://name.invalid:\(server.port)/x", pinnedAddress: "127.0.0.1"))
    #expect(response.status == 200)
    #expect(server.requests.first?.headers["host"] == "name.invalid:\(server.port)")
    // The pin is that request's alone.
    await #expect(throws: CommentBotError.self) {
      _ = try await CurlClient().send(HTTPRequest(.get, "http://name.invalid:\(server.port)/x"))
    }
  }
}
