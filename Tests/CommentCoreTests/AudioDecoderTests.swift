import CommentCore
import Foundation
import Testing

/// What the decoder makes of sound files: the ffmpeg program is the reference.
struct AudioDecoderTests {
  @Test(arguments: [
    ("wav", ["-c:a", "pcm_s16le"]), ("w64", []), ("aiff", []), ("au", []), ("caf", []), ("flac", []), ("wv", []),
    ("mp3", ["-b:a", "128k"]), ("mp3", ["-q:a", "5"]), ("m4a", ["-c:a", "aac"]), ("m4a", ["-c:a", "alac"]),
    ("aac", ["-c:a", "aac"]), ("ogg", ["-c:a", "libvorbis"]), ("opus", ["-c:a", "libopus"]),
    ("webm", ["-c:a", "libopus"]), ("mka", ["-c:a", "ac3"]), ("ac3", []), ("mp2", []), ("tta", []),
    ("avi", ["-c:a", "libmp3lame"]), ("ts", ["-c:a", "aac"]), ("flv", ["-c:a", "aac"]), ("voc", ["-c:a", "pcm_u8"]),
  ])
  func decode_equalsTheFFmpegProgram(format: String, options: [String]) throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.music(seconds: 7) + options, to: "x.\(format)")
    let (facts, samples) = try files.decode(source)
    let reference = try files.ffmpegSamples(source)
    #expect(abs(samples.count - reference.count) <= 16)
    let difference = zip(samples, reference).map { abs($0 - $1) }.max()
    #expect(try #require(difference) <= 1.5 / 32768)
    #expect(facts.filledSeconds == 0)
    #expect(facts.missingSeconds == 0)
    #expect(facts.channels == 2)
    #expect(facts.duration == Double(samples.count) / 16000)
  }

  @Test(arguments: [(8_000, 1), (11_025, 2), (48_000, 6), (96_000, 2), (192_000, 1)])
  func decode_anyRateAndChannels_givesTheSameTimes(rate: Int, channels: Int) throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 4, rate: rate, channels: channels), to: "x.wav")
    let (facts, samples) = try files.decode(source)
    #expect(facts.sampleRate == rate)
    #expect(facts.channels == channels)
    #expect(abs(samples.count - 64000) <= 16)
    #expect(matches(beepTimes(samples), [0, 1, 2, 3]))
  }

  @Test func decode_manyChannelsWithoutNames_areMixedInEqualParts() throws {
    let files = try AudioTestFiles()
    let mono = try files.ffmpeg(AudioTestFiles.beeps(seconds: 2, channels: 1), to: "mono.wav")
    let merged = [String](repeating: "-i \(mono.path)", count: 24).joined(separator: " ").split(separator: " ")
    let filter = ["-filter_complex", "amerge=inputs=24", "-c:a", "pcm_s16le"]
    let source = try files.ffmpeg(merged.map(String.init) + filter, to: "many.wav")
    let (facts, samples) = try files.decode(source)
    #expect(facts.channels == 24)
    #expect(matches(beepTimes(samples), [0, 1]))
  }

  @Test func decode_factsNameContainerCodecAndTags() throws {
    let files = try AudioTestFiles()
    let tags = ["-metadata", "title=Charla de prueba ñ 你好"]
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 2) + tags, to: "x.mp3")
    let facts = try files.decode(source).facts
    #expect(facts.container == "mp3")
    #expect(facts.codec == "mp3")
    #expect(facts.sampleRate == 44100)
    #expect(facts.tags["title"] == "Charla de prueba ñ 你好")
  }

  @Test func decode_nameThatLooksLikeAProtocol_isAFile() throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 2), to: "x.wav")
    let odd = files.url("concat:a|b;%20ñ.mp3")
    try FileManager.default.moveItem(at: source, to: odd)
    #expect(try files.decode(odd).facts.container == "wav")
  }

  @Test func decode_bigCoverPictureInFront_isLookedPast() throws {
    let files = try AudioTestFiles()
    let sound = try Data(contentsOf: try files.ffmpeg(AudioTestFiles.beeps(seconds: 3), to: "x.mp3"))
    let size = 3 << 20
    let tag = Data("ID3".utf8) + [4, 0, 0] + [21, 14, 7, 0].map { UInt8(size >> $0 & 0x7F) }
    let source = try files.write(tag + Data(count: size) + sound, to: "cover.mp3")
    #expect(matches(beepTimes(try files.decode(source).samples), [0, 1, 2]))
  }

  @Test func decode_reportsProgressUpToTheEnd() throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 60), to: "x.mp3")
    var reports: [(seconds: Double, total: Double?)] = []
    _ = try AudioDecoder().decode(source, to: files.url("out.wav")) { seconds, total in
      reports.append((seconds, total))
      return true
    }
    #expect(reports.count >= 50)
    #expect(reports.map(\.seconds) == reports.map(\.seconds).sorted())
    #expect(try #require(reports.last).seconds > 57)
    #expect(abs(try #require(reports.last?.total) - 60) < 0.2)
  }

  @Test func decode_stopped_leavesNoFile() throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 10), to: "x.mp3")
    let error = #expect(throws: CommentBotError.self) {
      try AudioDecoder().decode(source, to: files.url("out.wav")) { seconds, _ in seconds < 5 }
    }
    #expect(error?.code == .cancelled)
    #expect(!FileManager.default.fileExists(atPath: files.url("out.wav").path))
  }
}

/// Whether the times are the same to 10 ms.
func matches(_ times: [Double], _ expected: [Double]) -> Bool {
  times.count == expected.count && zip(times, expected).allSatisfy { abs($0 - $1) < 0.01 }
}
