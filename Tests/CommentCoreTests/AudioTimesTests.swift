import CommentCore
import Foundation
import Testing

/// Times must stay true whatever happens in the file.
struct AudioTimesTests {
  @Test(arguments: ["mkv", "mp4", "ts"])
  func decode_videoWhoseAudioStartsLate_startsWithSilence(format: String) throws {
    let files = try AudioTestFiles()
    let video = ["-f", "lavfi", "-i", "testsrc=d=6:s=64x64:r=10", "-itsoffset", "2"]
    let coding = ["-map", "0:v", "-map", "1:a", "-c:v", "mpeg2video", "-c:a", "aac"]
    let source = try files.ffmpeg(video + AudioTestFiles.beeps(seconds: 4) + coding, to: "late.\(format)")
    let (facts, samples) = try files.decode(source)
    let start = try #require(beepTimes(samples).first)
    #expect(abs(start - 2) < 0.06)
    #expect(matches(beepTimes(samples), [start, start + 1, start + 2, start + 3]))
    #expect(abs(facts.filledSeconds - 2) < 0.1)
  }

  @Test(arguments: [("mkv", "flac"), ("mka", "libopus"), ("ts", "aac"), ("mp4", "aac")])
  func decode_gapInTimes_becomesSilence(format: String, codec: String) throws {
    let files = try AudioTestFiles()
    let gap = ["-af", "aselect=not(between(t\\,3.5\\,6.5))", "-c:a", codec]
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 10, rate: 48000) + gap, to: "gap.\(format)")
    let (facts, samples) = try files.decode(source)
    // Transport streams do not tell the encoder's padding, 21 ms here.
    let start = try #require(beepTimes(samples).first)
    #expect(start < 0.03)
    #expect(matches(beepTimes(samples), [0, 1, 2, 3, 7, 8, 9].map { start + $0 }))
    #expect(abs(facts.duration - 10) < 0.1)
    #expect(abs(facts.filledSeconds - 3) < 0.1)
  }

  @Test(arguments: [
    ("mp3", ["-b:a", "96k"], 24_000), ("mp3", ["-q:a", "4"], 24_000), ("aac", ["-c:a", "aac"], 24_000),
    ("flac", [], 200_000), ("m4a", ["-c:a", "aac", "-movflags", "faststart"], 24_000),
    ("mka", ["-c:a", "libopus"], 24_000),
    ("opus", ["-c:a", "libopus"], 24_000), ("ogg", ["-c:a", "libvorbis"], 24_000), ("ts", ["-c:a", "mp2"], 24_000),
  ])
  func decode_damagedInTheMiddle_doesNotDrift(format: String, options: [String], bytes: Int) throws {
    let files = try AudioTestFiles()
    let noise = ["-f", "lavfi", "-i", "anoisesrc=d=40:r=44100:a=0.02:seed=3"]
    let mix = ["-filter_complex", "[0:a][1:a]amix=inputs=2:normalize=0"]
    let source = try files.ffmpeg(
      AudioTestFiles.beeps(seconds: 40) + noise + mix + options, to: "damaged.\(format)")
    try files.damage(source, bytes: bytes)
    let (facts, samples) = try files.decode(source)
    #expect(abs(facts.duration - 40) < 0.15)
    #expect(facts.filledSeconds > 0.3)
    let last = beepTimes(Array(samples[(34 * 16000)...]), threshold: 0.2).map { $0 + 34 }
    #expect(last.count >= 5)
    for time in last { #expect(abs(time - time.rounded()) < 0.06, "\(time)") }
  }

  @Test func decode_mp3sJoinedWithTheirTags_addNoTime() throws {
    let files = try AudioTestFiles()
    let cover = try files.ffmpeg(["-f", "lavfi", "-i", "testsrc=s=640x480:d=1", "-frames:v", "1"], to: "cover.png")
    let parts = try (0..<3).map { index in
      let picture = ["-i", cover.path, "-map", "0:a", "-map", "1:v", "-c:v", "copy", "-id3v2_version", "3"]
      let tags = ["-write_id3v1", "1", "-metadata", "title=part \(index)"]
      return try Data(
        contentsOf: try files.ffmpeg(AudioTestFiles.beeps(seconds: 5) + picture + tags, to: "part\(index).mp3"))
    }
    let source = try files.write(parts[0] + parts[1] + parts[2], to: "joined.mp3")
    let (facts, samples) = try files.decode(source)
    #expect(facts.filledSeconds == 0)
    // Each part has its encoder's padding and a frame of information, 0.1 s at the most.
    #expect(abs(facts.duration - 15) < 0.3)
    #expect(beepTimes(samples).count == 15)
  }

  @Test func decode_joinedTransportStreams_loseNothing() throws {
    let files = try AudioTestFiles()
    let stereo = try files.ffmpeg(AudioTestFiles.beeps(seconds: 5) + ["-c:a", "aac"], to: "a.ts")
    let other = AudioTestFiles.beeps(seconds: 4, rate: 48000, channels: 1) + ["-c:a", "aac"]
    let mono = try files.ffmpeg(other, to: "b.ts")
    let source = try files.write(try Data(contentsOf: stereo) + Data(contentsOf: mono), to: "joined.ts")
    let (facts, samples) = try files.decode(source)
    #expect(abs(facts.duration - 9) < 0.1)
    #expect(beepTimes(samples).count == 9)
  }

  @Test func decode_rateAndChannelsChangeInTheMiddle_goesOn() throws {
    let files = try AudioTestFiles()
    let stereo = try files.ffmpeg(AudioTestFiles.beeps(seconds: 5), to: "a.mp3")
    let mono = try files.ffmpeg(AudioTestFiles.beeps(seconds: 5, rate: 24000, channels: 1), to: "b.mp3")
    let source = try files.write(try Data(contentsOf: stereo) + Data(contentsOf: mono), to: "joined.mp3")
    let (facts, samples) = try files.decode(source)
    #expect(facts.sampleRate == 44100)
    #expect(abs(facts.duration - 10) < 0.25)
    #expect(beepTimes(samples).count == 10)
  }

  @Test func decode_cutInTheMiddle_tellsWhatIsMissing() throws {
    let files = try AudioTestFiles()
    let coding = ["-c:a", "aac", "-movflags", "faststart"]
    let whole = try files.ffmpeg(AudioTestFiles.beeps(seconds: 60) + coding, to: "whole.m4a")
    let data = try Data(contentsOf: whole)
    let source = try files.write(data.prefix(data.count * 2 / 3), to: "cut.m4a")
    let facts = try files.decode(source).facts
    #expect((20..<59).contains(facts.duration))
    #expect(abs(facts.duration + facts.missingSeconds - 60) < 0.2)
  }

  @Test(arguments: [[], ["-rf64", "always"], ["-c:a", "adpcm_ms"]])
  func decode_cutWAV_tellsWhatIsMissing(options: [String]) throws {
    let files = try AudioTestFiles()
    let whole = try files.ffmpeg(AudioTestFiles.beeps(seconds: 20) + options, to: "whole.wav")
    #expect(try files.decode(whole).facts.missingSeconds == 0)
    let data = try Data(contentsOf: whole)
    let facts = try files.decode(try files.write(data.prefix(data.count / 2), to: "cut.wav")).facts
    #expect(abs(facts.duration - 10) < 0.2)
    #expect(abs(facts.missingSeconds - 10) < 0.2)
  }

  @Test(arguments: ["ffffffff", "00000000", "7ffffff0"])
  func decode_wavOfUnknownLength_missesNothing(size: String) throws {
    let files = try AudioTestFiles()
    var data = try Data(contentsOf: files.ffmpeg(AudioTestFiles.beeps(seconds: 2), to: "whole.wav"))
    let bytes = try #require(UInt32(size, radix: 16)).littleEndian
    withUnsafeBytes(of: bytes) { data.replaceSubrange(4..<8, with: $0) }
    #expect(try files.decode(try files.write(data, to: "stream.wav")).facts.missingSeconds == 0)
  }
}
