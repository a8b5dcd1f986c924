import CommentCore
import Foundation
import Testing

/// Formats that only the file's ending tells, and rare ones that have a signature.
struct AudioRawFormatTests {
  /// Ending, options that make such a file, and the rate that it then has.
  @Test(arguments: [
    ("g722", ["-ar", "16000", "-f", "g722"], 16000), ("sbc", ["-f", "sbc"], 44100), ("aptx", ["-f", "aptx"], 48000),
    ("alaw", ["-ar", "8000", "-ac", "1", "-f", "alaw"], 8000),
    ("ul", ["-ar", "8000", "-ac", "1", "-f", "mulaw"], 8000),
  ])
  func decode_samplesWithoutAnyHeader_goesByTheEnding(ending: String, options: [String], rate: Int) throws {
    let files = try AudioTestFiles()
    let stereo =
      ending.hasPrefix("aptx") ? AudioTestFiles.beeps(seconds: 5, rate: 48000) : AudioTestFiles.beeps(seconds: 5)
    let channels = ending == "g722" ? ["-ac", "1"] : []
    let source = try files.ffmpeg(stereo + channels + options, to: "x.\(ending)")
    let (facts, samples) = try files.decode(source)
    #expect(facts.sampleRate == rate)
    #expect(abs(facts.duration - 5) < 0.1)
    #expect(beepTimes(samples).count == 5)
  }

  @Test func decode_telephonePromptsInG722_areHeard() throws {
    let files = try AudioTestFiles()
    for name in ["demo-congrats", "vm-goodbye", "digits/1"] {
      let prompt = URL(filePath: "/usr/share/asterisk/sounds/en_US_f_Allison/\(name).g722")
      let (facts, samples) = try files.decode(prompt)
      #expect(facts.container == "g722", "\(name)")
      #expect(samples.contains { abs($0) > 0.1 })
    }
  }

  @Test func decode_knownContentWithTheEndingOfSamples_goesByTheContent() throws {
    let files = try AudioTestFiles()
    for (name, format) in [("x.wav", "wav"), ("x.mp3", "mp3"), ("x.flac", "flac")] {
      let whole = try Data(contentsOf: try files.ffmpeg(AudioTestFiles.beeps(seconds: 3), to: name))
      #expect(try files.decode(try files.write(whole, to: "x.g722")).facts.container == format)
    }
  }

  @Test(arguments: ["plain words\n", "#EXTM3U\n#EXTINF:3,\nfile:///etc/passwd\n"])
  func decode_textWithTheEndingOfSamples_isRefused(text: String) throws {
    let files = try AudioTestFiles()
    let source = try files.write(Data(text.utf8), to: "x.alaw")
    let error = #expect(throws: CommentBotError.self) { _ = try files.decode(source) }
    #expect(error?.code == .unreadableAudio)
  }

  @Test(arguments: [
    ("ast", ["-f", "ast"]), ("apm", ["-ar", "22050", "-ac", "1", "-c:a", "adpcm_ima_apm", "-f", "apm"]),
  ])
  func decode_rareFormats_areHeard(name: String, options: [String]) throws {
    let files = try AudioTestFiles()
    let source = try files.ffmpeg(AudioTestFiles.beeps(seconds: 3) + options, to: "x.bin")
    let (facts, samples) = try files.decode(source)
    #expect(facts.container == name)
    #expect(beepTimes(samples).count == 3)
  }

  @Test func decode_hcom_isHeard() throws {
    let files = try AudioTestFiles()
    let wav = try files.ffmpeg(AudioTestFiles.beeps(seconds: 3, rate: 22050, channels: 1), to: "x.wav")
    try files.run("sox", [wav.path, "-b", "8", files.url("x.hcom").path])
    // FFmpeg takes the few bytes after the samples for samples too.
    let samples = try files.decode(files.url("x.hcom")).samples
    #expect(beepTimes(Array(samples.prefix(3 * 16000))).count == 3)
  }

  /// Their headers are written here, because no program at hand writes them.
  @Test(arguments: ["pvf", "epaf"])
  func decode_headerAndSamples_areHeard(name: String) throws {
    let files = try AudioTestFiles()
    let form = ["-ar", "16000", "-ac", "1", "-f", "s16be"]
    let samples = try Data(contentsOf: try files.ffmpeg(AudioTestFiles.beeps(seconds: 3) + form, to: "samples"))
    var header = Data("PVF1\n1 16000 16\n".utf8)
    if name == "epaf" {
      // Tag, version, byte order (big), rate, 16 bits, channels, source; filled up to 2048 bytes.
      header = Data(" paf".utf8)
      for number: UInt32 in [0, 0, 16000, 0, 1, 0] {
        withUnsafeBytes(of: number.bigEndian) { header.append(contentsOf: $0) }
      }
      header += Data(count: 2048 - header.count)
    }
    let (facts, decoded) = try files.decode(try files.write(header + samples, to: "x.bin"))
    #expect(facts.container == name && facts.sampleRate == 16000)
    #expect(beepTimes(decoded).count == 3)
  }
}
