import Foundation
import TestSupport
import Testing

/// Subtitles and formats by the real binary, of recorded speech.
@Suite(.serialized) struct SubtitleCommandTests {
  /// A minute of an actress speaking, from Debian's sounds for Asterisk.
  static let speech = URL(filePath: "/usr/share/asterisk/sounds/en_US_f_Allison/demo-instruct.wav")

  /// The lines of text in an SRT file, cue by cue.
  private func cues(_ srt: String) -> [[Substring]] {
    srt.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { Array($0.split(separator: "\n").dropFirst(2)) }
  }

  private func words(_ text: String) -> [Substring] { text.split { $0.isWhitespace } }

  @Test func export_recordedSpeech_isReadableUnlessRawIsAskedFor() throws {
    let home = try Installation()
    let talk = home.file("talk.wav")
    try Speech.convert(Self.speech, to: talk)
    let out = home.file("out")
    let result = try home.run(
      "process", "--llm", "none", "--word_timestamps", "True", "--json", "-o", out.path, "-f", "all", talk.path)
    #expect(result.status == 0, "\(result.error)")
    let line = try #require(try ProcessLine.all(in: result.out).first)
    let transcript = try #require(line.transcript)
    let id = try #require(line.recording?.id)

    let readable = try home.run("export", id, "-f", "srt").out
    let lines = cues(readable).flatMap { $0 }
    #expect(lines.count > 10 && lines.allSatisfy { $0.count <= 42 }, "\(readable)")
    #expect(cues(readable).allSatisfy { (1...2).contains($0.count) })
    #expect(words(lines.joined(separator: " ")) == words(transcript.text))

    let raw = try home.run("export", id, "-f", "srt", "--subtitles", "raw").out
    #expect(cues(raw).count == transcript.segments.count)
    #expect(cues(raw).contains { $0.contains { $0.count > 42 } })
    let narrow = try home.run("export", id, "-f", "srt", "--max_line_width", "20", "--max_line_count", "1").out
    #expect(cues(narrow).allSatisfy { $0.count == 1 && $0[0].count <= 20 })

    let kept = URL(filePath: transcript.folder).appending(path: "transcript.srt")
    #expect(try String(contentsOf: kept, encoding: .utf8) == readable)
    #expect(try String(contentsOf: out.appending(path: "talk.srt"), encoding: .utf8) == readable)
    let formats = ["csv", "json", "lrc", "md", "srt", "tsv", "txt", "vtt"]
    #expect(try FileManager.default.contentsOfDirectory(atPath: out.path).sorted() == formats.map { "talk.\($0)" })
    let again = home.file("again")
    let export = try home.run("export", id, "-f", "all", "-o", again.path)
    #expect(export.status == 0 && export.out.hasPrefix("Copies: \(again.path)/talk.{txt,"), "\(export.out)")
    for format in formats {
      let files = [out, again].map { $0.appending(path: "talk.\(format)") }
      #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]), "\(format)")
    }
    #expect(try home.run("export", id, "-f", "all").error.contains("-o FOLDER"))
  }

  @Test(arguments: [
    ["-f", "srt,doc"], ["-f", ","], ["--subtitles", "pretty"], ["--subtitles", "readable", "--max_line_count", "1"],
    ["--max_line_width", "0"],
  ])
  func export_wrongOptions_areUsageErrors(options: [String]) throws {
    let home = try Installation()
    #expect(try home.run(["export", "talk"] + options).status == 64)
  }

  @Test func limitsWithoutWordTimes_areRefusedWithTheOptionThatGivesThem() throws {
    let home = try Installation()
    let talk = home.file("talk.wav")
    try Speech.convert(Self.speech, to: talk, ["-t", "5"])
    let refused = try home.run("process", "--llm", "none", "--max_line_width", "20", talk.path)
    #expect(refused.status == 64 && refused.error.contains("--word_timestamps True"), "\(refused.error)")
    #expect(try home.run("process", "--llm", "none", talk.path).status == 0)
    let export = try home.run("export", "talk.wav", "-f", "srt", "--max_line_width", "20")
    #expect(export.status == 64 && export.error.contains("process --word_timestamps True"), "\(export.error)")
  }
}
