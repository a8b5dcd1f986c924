import Foundation
import TestSupport
import Testing

/// What `process --dry-run` tells before and after a run.
@Suite(.serialized) struct DryRunTests {
  private struct Line: Decodable {
    var file: String
    var duration: Double?
    var remaining: Double?
    var transcribeSeconds: Double?
    var rough: Bool?
    var kinds: [String]?
    var commentModel: String?
    var commentSeconds: Double?
    var error: ProcessLine.Failure?
  }

  private func lines(_ result: CommandResult) throws -> [Line] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try result.out.split(separator: "\n").map { try decoder.decode(Line.self, from: Data($0.utf8)) }
  }

  @Test func dryRun_beforeAndAfterARun_estimatesFromWhatWasMeasured() throws {
    let home = try Installation()
    let talk = try Speech.make(ProcessTests.sentence, at: home.file("talk.wav")).path
    let other = try Speech.make("Another file about the same committee.", at: home.file("other.wav")).path
    let command = ["process", "--dry-run", "--llm", "embedded", "--kinds", "summary"]

    let before = try home.run(command + [talk])
    #expect(before.status == 0)
    #expect(before.out.components(separatedBy: "a rough figure by the model's name").count == 3, "\(before.out)")
    let unknown = try #require(try lines(home.run(command + ["--json", talk])).first)
    #expect(unknown.file == talk && unknown.remaining == unknown.duration && unknown.remaining ?? 0 > 3)
    #expect(unknown.transcribeSeconds ?? 0 > 0 && unknown.commentSeconds ?? 0 > 0 && unknown.rough == true)
    #expect(unknown.kinds == ["summary"] && unknown.commentModel == "smollm2")

    let arguments = ["process", "--json", "--llm", "embedded", "--kinds", "summary", talk]
    let run = try ProcessLine.all(in: home.run(arguments).out)
    let timings = try #require(run[0].report?.timings)
    let after = try lines(home.run(command + ["--json", talk, other]))
    #expect(after[0].remaining == 0 && after[0].kinds == [] && after[0].commentSeconds == 0)
    #expect(after.allSatisfy { $0.rough == nil })
    let transcribe = try #require(after[1].transcribeSeconds)
    // Both are as short as the least that is counted.
    #expect(abs(transcribe - (timings["transcribe"] ?? 0)) < 0.01)
    let comment = try #require(after[1].commentSeconds)
    #expect(comment > 0 && comment <= timings["comment"] ?? 0)
    #expect(try home.run(command + [other]).out.components(separatedBy: "as measured").count == 3)
  }

  @Test func dryRun_clips_countWithoutTheRest() throws {
    let home = try Installation()
    let talk = try Speech.make(ProcessTests.sentence, at: home.file("talk.wav")).path
    let clips = ["--clip_timestamps", "0.5,1.5,2,2.5", "--llm", "none", "--json", talk]
    let plan = try #require(try lines(home.run(["process", "--dry-run"] + clips)).first)
    #expect(abs((plan.remaining ?? 0) - 1.5) < 0.001 && plan.duration ?? 0 > 3)
    let report = try #require(try ProcessLine.all(in: home.run(["process"] + clips).out).first?.report)
    #expect(abs(report.transcribedSeconds - 1.5) < 0.1)
    #expect(report.dropped.contains { $0.reason == "outside_clips" })
  }

  @Test func dryRun_unknownLength_countsAsAtLeast() throws {
    let home = try Installation()
    let result = try home.run("process", "--dry-run", "--llm", "none", "-", input: Data())
    #expect(result.status == 0)
    #expect(result.out.contains("-: its length is not known") && result.out.contains("\nat least 00:00 of audio"))
  }

  @Test func dryRun_fileOrCommentsThatWouldFail_exit1() throws {
    let home = try Installation()
    try Data("no audio".utf8).write(to: home.file("list.mp3"))
    let talk = try Speech.make(ProcessTests.sentence, at: home.file("talk.wav")).path
    let broken = try home.run("process", "--dry-run", "--json", "--llm", "none", home.file("list.mp3").path, talk)
    #expect(broken.status == 1)
    let both = try lines(broken)
    #expect(both[0].error?.code == "unreadable_audio" && both[0].duration == nil)
    #expect(both[1].error == nil && both[1].duration ?? 0 > 3)
    let silent = try home.run("process", "--dry-run", "--llm", "ollama", talk)
    #expect(silent.status == 1)
    #expect(silent.out.contains("to transcribe; the comments would fail"))
  }
}
