import Foundation
import Testing

@testable import CommentCore

/// Reading and writing the files themselves: digest, WAV header, errors of the system.
struct AudioFileTests {
  @Test func sha256_equalsPublishedVectors() throws {
    let files = try AudioTestFiles()
    let empty = try FileDigest.sha256(of: try files.write(Data(), to: "empty"))
    #expect(empty.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(empty.byteCount == 0)
    // FIPS 180-2, appendix B.3: one million times "a"; here more than one chunk of the reader is wanted, too.
    let million = try FileDigest.sha256(of: try files.write(Data(repeating: 0x61, count: 1_000_000), to: "million"))
    #expect(million.hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func sha256_ofManyChunks_equalsSha256sum() throws {
    let files = try AudioTestFiles()
    let file = try files.ffmpeg(AudioTestFiles.music(seconds: 30), to: "x.wav")
    let digest = try FileDigest.sha256(of: file)
    #expect(digest.byteCount > 5_000_000)
    try Data("\(digest.hex)  \(file.path)\n".utf8).write(to: files.url("sums"))
    try files.run("sha256sum", ["--check", "--status", files.url("sums").path])
  }

  @Test func sha256_ofMissingFileOrFolder_fails() throws {
    let files = try AudioTestFiles()
    let missing = #expect(throws: CommentBotError.self) { try FileDigest.sha256(of: files.url("nothing")) }
    #expect(missing?.code == .inputMissing)
    let folder = #expect(throws: CommentBotError.self) { try FileDigest.sha256(of: files.folder) }
    #expect(folder?.code == .unreadableAudio)
  }

  @Test func wavHeader_beyond32Bits_saysUnknownLength() {
    let small = WAVWriter.header(samples: 16_000)
    #expect(small.count == AudioSamples.headerBytes)
    #expect(Array(small[40...]) == [0x00, 0x7D, 0, 0])
    let large = WAVWriter.header(samples: 3_000_000_000)
    #expect(Array(large[4..<8]) == [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(Array(large[40...]) == [0xFF, 0xFF, 0xFF, 0xFF])
  }

  @Test func writtenWAV_isReadByOtherPrograms() throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 3), to: "x.mp3")
    let (_, samples) = try files.decode(source)
    #expect(try files.ffmpegSamples(files.url("decoded.wav")) == samples)
  }

  @Test func samples_rangeBeyondTheEnd_isClamped() throws {
    let files = try AudioTestFiles()
    _ = try files.decode(try files.ffmpeg(AudioTestFiles.beeps(seconds: 1), to: "x.wav"))
    let samples = try AudioSamples(url: files.url("decoded.wav"), key: "k")
    #expect(samples.floats(15_990..<20_000).count == samples.count - 15_990)
    #expect(samples.floats(50_000..<60_000).isEmpty)
  }

  @Test(arguments: [
    (ENOENT, CommentBotError.Code.inputMissing), (EACCES, .permission), (EPERM, .permission), (EROFS, .permission),
    (ENOSPC, .diskFull), (EDQUOT, .diskFull), (EIO, .io),
  ])
  func systemError_hasItsCode(number: Int32, code: CommentBotError.Code) {
    let error = InputFile.failure(number, "read", URL(filePath: "/data/x"))
    #expect(error.code == code)
    #expect((error.hint != nil) == (code != .io))
  }
}
