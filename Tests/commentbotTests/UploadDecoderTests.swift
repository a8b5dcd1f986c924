import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

struct UploadDecoderTests {
  @Test func samples_taskIsCancelled_stopsAndLeavesOnlyTheUpload() async throws {
    let scratch = try Scratch()
    let folder = scratch.url.appending(path: "uploads")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let audio = try Speech.make("Good morning everybody.", at: folder.appending(path: "talk.wav"))
    let upload = Upload(file: audio, filename: "talk.wav", byteCount: 1)
    let decoder = UploadDecoder(folder: folder, maxDuration: 60)
    #expect(try await decoder.samples(of: upload).duration > 0.5)
    let stopped = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await decoder.samples(of: upload)
    }
    let error = await #expect(throws: CommentBotError.self) { try await stopped.value }
    #expect(error?.code == .cancelled)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["talk.wav"])
  }
}
