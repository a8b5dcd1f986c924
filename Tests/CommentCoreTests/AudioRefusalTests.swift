import CommentCore
import Foundation
import Testing

/// Files that cannot be decoded: each with a clear cause, and nothing left behind.
struct AudioRefusalTests {
  private func failure(
    _ file: URL, in files: AudioTestFiles, limits: DecodeLimits = .init()
  ) throws -> CommentBotError {
    let error = try #require(throws: CommentBotError.self) { _ = try files.decode(file, limits: limits) }
    #expect(!FileManager.default.fileExists(atPath: files.url("decoded.wav").path))
    #expect(error.operation == "decode")
    #expect(error.subject == file.path)
    return error
  }

  @Test func decode_emptyFile_saysSo() throws {
    let files = try AudioTestFiles()
    let error = try failure(try files.write(Data(), to: "x.mp3"), in: files)
    #expect(error.code == .unreadableAudio)
    #expect(error.cause == "the file is empty")
  }

  @Test(arguments: ["plain words, ñ and 你好\n", "a", String(repeating: "line after line\n", count: 10_000)])
  func decode_textNamedMP3_saysThatItIsText(text: String) throws {
    let files = try AudioTestFiles()
    let error = try failure(try files.write(Data(text.utf8), to: "x.mp3"), in: files)
    #expect(error.code == .unreadableAudio)
    #expect(error.cause == "it is text, not audio")
  }

  @Test(arguments: [
    "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nSECRET\n#EXT-X-ENDLIST\n",
    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nSECRET\n", "ffconcat version 1.0\nfile 'SECRET'\n",
    "[playlist]\nFile1=SECRET\n", "<?xml version=\"1.0\"?>\n<MPD><BaseURL>SECRET</BaseURL></MPD>\n",
  ])
  func decode_playlistNamedMP3_isRefusedAndReadsNoOtherFile(text: String) throws {
    let files = try AudioTestFiles()
    let secret = try files.ffmpeg(AudioTestFiles.beeps(seconds: 12), to: "secret.ts")
    for target in [secret.absoluteString, secret.lastPathComponent, "file:" + secret.path] {
      let playlist = Data(text.replacing("SECRET", with: target).utf8)
      let error = try failure(try files.write(playlist, to: "x.mp3"), in: files)
      #expect(error.code == .unreadableAudio)
      #expect(error.cause.contains("playlist"))
    }
  }

  @Test func decode_playlistBehindJunkBytes_isRefused() throws {
    let files = try AudioTestFiles()
    let secret = try files.ffmpeg(AudioTestFiles.beeps(seconds: 12), to: "secret.ts")
    let text = "ffconcat version 1.0\nfile '\(secret.path)'\n"
    let source = try files.write(Data(text.utf8) + Data(repeating: 0, count: 4096), to: "x.mp3")
    #expect(try failure(source, in: files).code == .unreadableAudio)
  }

  @Test func decode_mp4WithoutItsIndex_saysThatItIsIncomplete() throws {
    let files = try AudioTestFiles()
    let whole = try Data(contentsOf: try files.ffmpeg(AudioTestFiles.beeps(seconds: 10), to: "x.m4a"))
    let error = try failure(try files.write(whole.prefix(whole.count / 2), to: "cut.m4a"), in: files)
    #expect(error.code == .unreadableAudio)
    #expect(error.cause.contains("incomplete"))
    #expect(error.hint != nil)
  }

  @Test func decode_videoWithoutSound_saysSo() throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(["-f", "lavfi", "-i", "testsrc=d=2:s=64x64:r=10", "-c:v", "mpeg4"], to: "x.mp4")
    let error = try failure(source, in: files)
    #expect(error.code == .unreadableAudio)
    #expect(error.cause.contains("no audio"))
  }

  @Test func decode_pictureNamedMP3_isNoAudio() throws {
    let files = try AudioTestFiles()
    let picture = try files.ffmpeg(["-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-frames:v", "1"], to: "x.png")
    let source = try files.write(try Data(contentsOf: picture), to: "x.mp3")
    let error = try failure(source, in: files)
    #expect(error.code == .unreadableAudio)
    #expect(error.cause.contains("no audio"))
  }

  @Test func decode_randomBytes_isNoAudio() throws {
    let files = try AudioTestFiles()
    let noise = try files.ffmpeg(["-f", "lavfi", "-i", "anoisesrc=d=5:seed=1", "-f", "u8"], to: "noise")
    #expect(try failure(noise, in: files).code == .unreadableAudio)
  }

  @Test(arguments: [0, UInt32.max, 100])
  func decode_wavWithImpossibleRate_isRefused(rate: UInt32) throws {
    let files = try AudioTestFiles()
    var wav = try Data(contentsOf: try files.ffmpeg(AudioTestFiles.beeps(seconds: 1), to: "x.wav"))
    withUnsafeBytes(of: rate.littleEndian) { wav.replaceSubrange(24..<28, with: $0) }
    let error = try failure(try files.write(wav, to: "bad.wav"), in: files)
    #expect(error.code == .unreadableAudio)
    if rate == 0 { #expect(error.cause.contains("0 Hz")) }
  }

  @Test func decode_wavWith65535Channels_isRefused() throws {
    let files = try AudioTestFiles()
    var wav = try Data(contentsOf: try files.ffmpeg(AudioTestFiles.beeps(seconds: 1), to: "x.wav"))
    wav.replaceSubrange(22..<24, with: [0xFF, 0xFF])
    #expect(try failure(try files.write(wav, to: "bad.wav"), in: files).code == .unreadableAudio)
  }

  @Test func decode_longerThanTheLimit_isRefusedAndNotCut() throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 20), to: "x.flac")
    let error = try failure(source, in: files, limits: DecodeLimits(maxDuration: 10))
    #expect(error.code == .unreadableAudio)
    #expect(error.cause.contains("longer than the limit"))
  }

  @Test func decode_gapBeyondTheLimit_isRefusedWithoutFillingTheDisk() throws {
    let files = try AudioTestFiles()
    let gap = ["-af", "asetpts=if(lt(T\\,2)\\,PTS\\,PTS+100000/TB)", "-c:a", "flac"]
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 4) + gap, to: "x.mka")
    let error = try failure(source, in: files, limits: DecodeLimits(maxDuration: 50_000))
    #expect(error.cause.contains("longer than the limit"))
  }

  @Test func decode_missingFile_saysSo() throws {
    let files = try AudioTestFiles()
    let error = try failure(files.url("nothing.mp3"), in: files)
    #expect(error.code == .inputMissing)
    #expect(error.hint != nil)
  }

  @Test func decode_folder_saysSo() throws {
    let files = try AudioTestFiles()
    let error = try failure(files.folder, in: files)
    #expect(error.code == .unreadableAudio)
    #expect(error.cause.contains("folder"))
  }

  @Test func decode_pipe_isRefusedWithoutWaiting() throws {
    let files = try AudioTestFiles()
    try files.run("mkfifo", [files.url("pipe.wav").path])
    #expect(try failure(files.url("pipe.wav"), in: files).code == .unreadableAudio)
  }

  @Test func decode_fullDisk_saysSo() throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 2), to: "x.wav")
    // A device that is always full, behind a link so that only the link is removed.
    try FileManager.default.createSymbolicLink(
      atPath: files.url("decoded.wav").path, withDestinationPath: "/dev/full")
    let error = try #require(throws: CommentBotError.self) {
      _ = try AudioDecoder().decode(source, to: files.url("decoded.wav"))
    }
    #expect(error.code == .diskFull)
    #expect(error.hint?.contains("commentbot cache") == true)
    #expect(!FileManager.default.fileExists(atPath: files.url("decoded.wav").path))
  }
}
