import Foundation
import TestSupport
import Testing

/// The whole way, by the real binary, on real sound with the real engines.
@Suite(.serialized) struct ProcessTests {
  static let sentence = "The committee will meet on Monday to discuss the budget for the new library."

  @Test func process_speech_isTranscribedCommentedStoredAndIndexed() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.mp3"))
    let result = try home.run("process", "--json", "--llm", "embedded", audio.path)
    #expect(result.status == 0, "\(result.error)")
    let line = try #require(try ProcessLine.all(in: result.out).first)
    let transcript = try #require(line.transcript)
    #expect(transcript.language == "en")
    let text = transcript.text.lowercased()
    for word in ["committee", "monday", "budget", "library"] { #expect(text.contains(word)) }
    let duration = try #require(line.recording?.duration)
    #expect(duration > 3 && duration < 10)
    #expect(transcript.segments.allSatisfy { $0.start >= 0 && $0.start < $0.end && $0.end <= duration })

    let comments = try #require(line.comments)
    #expect(comments.map(\.kind) == ["summary", "key-points"])
    #expect(comments.allSatisfy { $0.engine == "embedded" && $0.coverage == 1 })
    let ids = Set(transcript.segments.map(\.id))
    #expect(comments.flatMap(\.items).flatMap(\.citations).allSatisfy { ids.contains($0.segment) })

    let id = try #require(line.recording?.id)
    let names =
      ["comments.json", "comments.md", "recording.json"]
      + ["json", "md", "srt", "tsv", "txt", "vtt"].map { "transcript.\($0)" }
    #expect(home.results == ["talk-\(id)"] + names.map { "talk-\(id)/\($0)" })
    #expect(home.leftovers.isEmpty)

    #expect(try home.run("list").out.contains(id))
    #expect(try home.run("show", String(id.prefix(6))).out.contains("Summary"))
    #expect(try home.run("search", "librar*").out.contains(id))
    let subtitles = try home.run("export", "talk", "-f", "srt").out
    #expect(subtitles.hasPrefix("1\n00:00:0"))
    #expect(try home.run("delete", id).status == 0)
    #expect(home.results.isEmpty)
    #expect(try home.run("search", "library").out.isEmpty)
    #expect(FileManager.default.fileExists(atPath: audio.path))
  }

  @Test func process_sameFileAgain_computesNothing() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.ogg"))
    let first = try ProcessLine.all(in: home.run("process", "--json", audio.path).out)[0]
    let renamed = home.file("renamed.ogg")
    try FileManager.default.moveItem(at: audio, to: renamed)
    let second = try ProcessLine.all(in: home.run("process", "--json", renamed.path).out)[0]
    #expect(second.transcript?.segments == first.transcript?.segments)
    // The folder keeps its name; what is in it and the index have the last one.
    let folder = URL(filePath: try #require(second.transcript?.folder))
    #expect(folder.lastPathComponent.hasPrefix("talk-"))
    let kept = try String(contentsOf: folder.appending(path: "recording.json"), encoding: .utf8)
    #expect(kept.contains(#""name" : "renamed""#) && kept.contains("\(renamed.path)\""))
    #expect(try home.run("list").out.contains("renamed"))
    #expect(second.report?.decodedSeconds == 0)
    #expect(second.report?.transcribedSeconds == 0)
    #expect(second.report?.reusedSeconds == first.recording?.duration)
    #expect(second.comments?.map(\.items.count) == first.comments?.map(\.items.count))
    #expect(second.report?.timings["comment"] == nil)
  }

  @Test func process_otherOptions_transcribesAgainWithoutDecoding() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav"))
    _ = try home.run("process", "--llm", "none", audio.path)
    let result = try home.run("process", "--llm", "none", "--json", "--beam-size", "3", audio.path)
    let report = try #require(try ProcessLine.all(in: result.out)[0].report)
    #expect(report.decodedSeconds == 0)
    #expect(report.transcribedSeconds > 3)
  }

  @Test func process_standardInputWithoutModel_printsTheTranscript() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.flac"))
    let result = try home.run("process", "--llm", "none", "-", input: try Data(contentsOf: audio))
    #expect(result.status == 0, "\(result.error)")
    #expect(result.out.contains("[00:00]") && result.out.contains("budget"))
    #expect(home.results.contains { $0.hasPrefix("stdin-") })
  }

  @Test func process_optionsAndBack_folderHoldsWhatWasAskedForLast() throws {
    let home = try Installation()
    let audio = try Speech.make("One two three. This is the second sentence.", at: home.file("talk.wav")).path
    let plain = ["process", "--json", "--llm", "none", audio]
    let first = try ProcessLine.all(in: home.run(plain).out)[0]
    let other = try ProcessLine.all(in: home.run(plain + ["--initial_prompt", "ONE TWO THREE"]).out)[0]
    #expect(other.report?.transcribedSeconds ?? 0 > 0)
    let again = try ProcessLine.all(in: home.run(plain).out)[0]
    #expect(again.report?.transcribedSeconds == 0)
    let folder = URL(filePath: try #require(again.transcript?.folder))
    let text = try String(contentsOf: folder.appending(path: "transcript.txt"), encoding: .utf8)
    let expected = first.transcript?.segments.map { $0.text.trimmingCharacters(in: .whitespaces) + "\n" }.joined()
    #expect(text == expected)
    let shown = try ProcessLine.all(in: home.run("show", "talk", "--json").out)[0]
    #expect(shown.transcript?.text == first.transcript?.text)
  }

  @Test func process_ollamaIsNotThere_keepsTheTranscript() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav")).path
    let result = try home.run("process", "--json", "--llm", "ollama", audio)
    #expect(result.status == 1)
    let line = try ProcessLine.all(in: result.out)[0]
    #expect(line.error?.code == "unreachable")
    #expect(line.transcript?.text.contains("budget") == true)
    #expect(try home.run("search", "budget").out.contains("talk"))
  }

  @Test func process_commentsFail_showsThoseOfEarlierRuns() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav")).path
    let first = try ProcessLine.all(in: home.run("process", "--json", "--llm", "embedded", audio).out)[0]
    let result = try home.run("process", "--json", "--llm", "ollama", audio)
    #expect(result.status == 1 && result.error.contains("the comments shown are kept"), "\(result.error)")
    let line = try ProcessLine.all(in: result.out)[0]
    #expect(line.error?.code == "unreachable" && line.comments?.count == 2)
    #expect(line.comments?.map(\.items.count) == first.comments?.map(\.items.count))
  }

  @Test func process_severalFilesAgain_areTakenALineEach() throws {
    let home = try Installation()
    try FileManager.default.createDirectory(at: home.file("talks"), withIntermediateDirectories: true)
    for name in ["a", "b"] { try Speech.make("This is talk \(name).", at: home.file("talks/\(name).wav")) }
    let first = try home.run("process", "--llm", "none", "talks")
    #expect(first.out.components(separatedBy: "Files: ").count == 3, "\(first.out)")
    let lines = try home.run("process", "--llm", "none", "talks").out.split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix(" · done before") }, "\(lines)")
  }

  @Test func process_renamedFile_saysUnderWhichNameItsFilesStay() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav"))
    #expect(try home.run("process", "--llm", "none", audio.path).out.hasSuffix(" had first)\n") == false)
    try FileManager.default.moveItem(at: audio, to: home.file("renamed.wav"))
    let result = try home.run("process", "--llm", "none", home.file("renamed.wav").path)
    #expect(result.out.hasSuffix("    (under the name that the recording had first)\n"), "\(result.out)")
  }

  @Test func process_clipsBeyondTheEnd_saysSo() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav")).path
    let result = try home.run("process", "--llm", "none", "--clip_timestamps", "100", audio)
    #expect(result.status == 0 && result.error.contains("the clips begin after the end of the audio at 00:0"))
    let inside = try home.run("process", "--llm", "none", "--clip_timestamps", "1", audio)
    #expect(inside.status == 0 && !inside.error.contains("the clips begin"))
  }

  @Test func process_silence_inventsNothing() throws {
    let home = try Installation()
    let silence = home.file("silence.wav")
    let made = try Command.run("sox", ["-n", "-r", "16000", "-c", "1", silence.path, "trim", "0", "40"])
    #expect(made.status == 0)
    let line = try ProcessLine.all(in: home.run("process", "--json", "--llm", "embedded", silence.path).out)[0]
    #expect(line.transcript?.text == "" && line.transcript?.language == nil)
    #expect(line.comments?.isEmpty == true)
    #expect(!home.results.contains { $0.hasSuffix("comments.md") })
    #expect(try home.run("show", "silence").out.contains("(no speech)"))
    #expect(try home.run("list").out.hasSuffix("  --        silence\n"))
    let dropped = line.report?.dropped.reduce(0) { $0 + $1.end - $1.start } ?? 0
    #expect(abs(dropped - 40) < 0.1)
  }

  @Test func process_spanish_isDetected() throws {
    let home = try Installation()
    let text = "La comisión se reunirá el lunes para hablar del presupuesto de la nueva biblioteca de la ciudad."
    let audio = try Speech.make(text, voice: "es", at: home.file("charla.m4a"))
    let line = try ProcessLine.all(in: home.run("process", "--json", "--llm", "none", audio.path).out)[0]
    #expect(line.transcript?.language == "es")
    #expect(line.transcript?.text.contains("presupuesto") == true)
  }

  @Test func process_folderForCopiesCannotBeMade_isToldBeforeTheWork() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav"))
    for folder in [audio.path, "/sys/kernel/nowhere"] {
      let result = try home.run("process", "--llm", "none", "-o", folder, audio.path)
      #expect(result.status == (folder == audio.path ? 74 : 77), "\(result.error)")
      #expect(result.error.contains(folder) && result.out.isEmpty)
      #expect(home.results.isEmpty)
    }
  }

  @Test func process_copyCannotBeWritten_printsTheResultFirst() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav")).path
    try FileManager.default.createDirectory(at: home.file("out/talk.srt"), withIntermediateDirectories: true)
    let result = try home.run("process", "--json", "--llm", "none", "-o", home.file("out").path, "-f", "srt", audio)
    #expect(result.status == 74, "\(result.error)")
    #expect(result.error.contains("talk.srt"))
    let lines = try ProcessLine.all(in: result.out)
    #expect(lines.count == 1 && lines[0].transcript?.text.contains("budget") == true)
  }

  @Test func process_copies_areNamedLikeTheInput() throws {
    let home = try Installation()
    let audio = try Speech.make(Self.sentence, at: home.file("talk.wav"))
    let out = home.file("out").path
    let result = try home.run("process", "--llm", "none", "-o", out, "--output_format", "srt,txt", audio.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.out.hasSuffix("Copies: \(out)/talk.{txt,srt}\n"), "\(result.out)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: out).sorted() == ["talk.srt", "talk.txt"])
  }
}
