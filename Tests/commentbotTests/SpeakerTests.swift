import Foundation
import TestSupport
import Testing

/// A call with one person on each channel, by the real binary.
@Suite(.serialized) struct SpeakerTests {
  private static let question = "Good morning. I would like to order three boxes of paper, please."
  private static let answer = "Of course. We will deliver the boxes on Friday afternoon."
  private static let thanks = "Thank you very much. That is wonderful news for our office."

  /// One after the other: the first person on the left, the second on the right, the first on the left again.
  /// - Parameter leak: how loud each microphone hears the other person.
  private func call(in home: Installation, leak: Double, _ name: String) throws -> URL {
    let voices = [(Self.question, "en-us"), (Self.answer, "en-gb"), (Self.thanks, "en-us")]
    let parts = try voices.enumerated().map { index, part in
      try Speech.make(part.0, voice: part.1, at: home.file("\(index).wav"))
    }
    let first = "c0=c0|c1=\(leak)*c0"
    let second = "c0=\(leak)*c0|c1=c0"
    let pans = [first, second, first].enumerated().map { index, pan in
      "[\(index):a]aresample=16000,apad=pad_dur=1,pan=stereo|\(pan)[p\(index)]"
    }
    let filter = pans.joined(separator: ";") + ";[p0][p1][p2]concat=n=3:v=0:a=1[out]"
    let inputs = parts.flatMap { ["-i", $0.path] }
    let url = home.file(name)
    let made = try Command.run(
      "ffmpeg", ["-v", "error", "-y"] + inputs + ["-filter_complex", filter, "-map", "[out]", url.path])
    if made.status != 0 { throw TestFailure(made.error) }
    return url
  }

  private struct Line: Decodable {
    struct Transcript: Decodable {
      struct Segment: Decodable {
        var id: Int
        var start, end: Double
        var text: String
        var speaker: String?
      }
      var segments: [Segment]
    }
    struct Report: Decodable {
      var transcribedSeconds, reusedSeconds: Double
    }
    struct Recording: Decodable {
      var duration: Double
    }
    var recording: Recording
    var transcript: Transcript
    var report: Report
  }

  private func process(_ home: Installation, _ arguments: String...) throws -> (Line, CommandResult) {
    let result = try home.run(["process", "--json", "--llm", "none"] + arguments)
    #expect(result.status == 0, "\(result.error)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (try decoder.decode(Line.self, from: Data(result.out.utf8)), result)
  }

  /// Who speaks, each turn once.
  private func turns(_ line: Line) -> [String?] {
    line.transcript.segments.map(\.speaker).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  @Test func call_channelsSplit_saysWhoSpeaksEverywhere() throws {
    let home = try Installation()
    let call = try call(in: home, leak: 0, "call.wav").path
    let (line, _) = try process(home, "--channels", "split", call)
    #expect(turns(line) == ["A", "B", "A"])
    let segments = line.transcript.segments
    #expect(segments.map(\.id) == Array(segments.indices))
    #expect(zip(segments, segments.dropFirst()).allSatisfy { $0.start <= $1.start })
    #expect(segments.filter { $0.speaker == "B" }.map(\.text).joined().contains("Friday"))
    #expect(!segments.filter { $0.speaker == "A" }.map(\.text).joined().contains("Friday"))
    #expect(abs(line.report.transcribedSeconds - 2 * line.recording.duration) < 0.01)
    #expect(try home.run("show", "call", "--transcript").out.contains("] B: "))
    #expect(try home.run("search", "Friday").out.contains("B: "))
    #expect(try home.run("export", "call", "-f", "txt").out.hasPrefix("A: "))
    #expect(try home.run("export", "call", "-f", "vtt").out.contains("<v B>"))
    #expect(home.results.contains { $0.hasSuffix("transcript.json") })

    // The mix is another transcript, without speakers.
    let (mix, _) = try process(home, "--channels", "mix", call)
    #expect(turns(mix) == [nil])
    #expect(mix.report.reusedSeconds == 0)
    let (again, _) = try process(home, "--channels", "split", call)
    #expect(again.report.transcribedSeconds == 0 && turns(again) == ["A", "B", "A"])
    let cache = home.file("data/audio-cache")
    #expect(try home.run("delete", "call").status == 0)
    let left = FileManager.default.enumerator(atPath: cache.path)?.allObjects.compactMap { $0 as? String } ?? []
    #expect(!left.contains { $0.hasSuffix(".wav") })
  }

  @Test func twoMicrophonesInOneRoom_nothingIsSaidTwice() throws {
    let home = try Installation()
    let room = try call(in: home, leak: 0.15, "room.wav").path
    let (line, result) = try process(home, "--channels", "split", room)
    #expect(turns(line) == ["A", "B", "A"])
    let text = line.transcript.segments.map(\.text).joined()
    for word in ["paper", "Friday", "wonderful"] { #expect(text.split(separator: word).count == 2, "\(text)") }
    #expect(result.out.contains(#""reason":"crosstalk""#))
    #expect(try home.run("show", "room", "--transcript").out.contains("B: "))
  }

  @Test func oneMicrophone_noSpeakersAndANotice() throws {
    let home = try Installation()
    let mono = try Speech.make(Self.question, at: home.file("mono.wav"))
    let stereo = try Speech.convert(mono, to: home.file("stereo.mp3"), ["-ac", "2"])
    for file in [mono, stereo] {
      let (line, result) = try process(home, "--channels", "split", file.path)
      #expect(turns(line) == [nil])
      #expect(result.error.contains("no speakers"))
      #expect(abs(line.report.transcribedSeconds - line.recording.duration) < 0.01)
    }
  }

  @Test func dryRun_countsEveryChannel() throws {
    let home = try Installation()
    let call = try call(in: home, leak: 0, "call.wav").path
    func remaining(_ channels: String) throws -> (duration: Double, left: Double) {
      let out = try home.run("process", "--dry-run", "--json", "--llm", "none", "--channels", channels, call).out
      let object = try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
      return (try #require(object["duration"] as? Double), try #require(object["remaining"] as? Double))
    }
    let mix = try remaining("mix")
    let split = try remaining("split")
    #expect(mix.left == mix.duration)
    #expect(split.left == 2 * split.duration)
  }
}
