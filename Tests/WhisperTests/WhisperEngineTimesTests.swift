import CommentCore
import Foundation
import Testing

@testable import Whisper

/// Times on real speech: within the audio, never backwards, and where the words are spoken.
extension WhisperEngineTests {
  private var wordTimes: TranscriptionOptions {
    var options = TranscriptionOptions()
    options.language = "en"
    options.wordTimestamps = true
    return options
  }

  /// Segments and their words follow each other within the audio.
  private func expectTimes(_ windows: [TranscriptionWindow], within duration: Double) {
    var last = 0.0
    for segment in windows.flatMap(\.segments) {
      #expect(segment.start >= last && segment.end > segment.start && segment.end <= duration)
      last = segment.end
      var word = segment.start
      for spoken in segment.words ?? [] {
        #expect(spoken.start >= word && spoken.end >= spoken.start && spoken.end <= segment.end)
        word = spoken.end
      }
    }
    for dropped in windows.flatMap(\.dropped) {
      #expect(dropped.start >= 0 && dropped.start <= dropped.end && dropped.end <= duration)
    }
  }

  /// Where the sound of a prompt begins and ends, in seconds: above a hundredth of its loudest sample.
  private func sound(_ samples: [Int16]) throws -> (start: Double, end: Double) {
    let loudest = samples.map { abs(Int($0)) }.max() ?? 0
    let first = try #require(samples.firstIndex { abs(Int($0)) > loudest / 50 })
    let last = try #require(samples.lastIndex { abs(Int($0)) > loudest / 50 })
    return (Double(first) / 16_000, Double(last) / 16_000)
  }

  @Test func words_ofRecordedPrompts_areWhereTheyAreSpoken() async throws {
    var samples = Speech.silence(seconds: 2)
    var spans: [(start: Double, end: Double)] = []
    for (name, pause) in [("vm-goodbye", 3.0), ("demo-thanks", 1.5), ("demo-congrats", 6), ("vm-goodbye", 4)] {
      let prompt = try Speech.prompt(name)
      let at = Double(samples.count) / 16_000
      let sound = try sound(prompt)
      spans.append((at + sound.start, at + sound.end))
      samples += prompt + Speech.silence(seconds: pause)
    }
    let windows = try await windows(samples, options: wordTimes)
    expectTimes(windows, within: Double(samples.count) / 16_000)
    let words = windows.flatMap(\.segments).flatMap { $0.words ?? [] }
    for span in spans {
      let own = words.filter { $0.start > span.start - 0.5 && $0.end < span.end + 0.5 }
      let (first, last) = (try #require(own.first), try #require(own.last))
      #expect(abs(first.start - span.start) < 0.2, "\(first) \(span)")
      #expect(abs(last.end - span.end) < 0.3, "\(last) \(span)")
    }
    // No segment stands over the silence between two prompts.
    for segment in windows.flatMap(\.segments) {
      #expect(spans.contains { segment.start > $0.start - 0.5 && segment.end < $0.end + 0.5 }, "\(segment.text)")
    }
  }

  @Test(arguments: [[], ["-c:a", "libopus"]])
  func speechAfterAGapInThePresentationTimes_isFoundAtItsTime(codec: [String]) async throws {
    // Speech at 1 s and, after 20 s that are not in the file, at its own time.
    let prompt = try Speech.prompt("vm-goodbye")
    let length = Double(prompt.count) / 16_000
    let (second, pause) = (Speech.silence(seconds: 1), Speech.silence(seconds: 30))
    let samples = second + prompt + pause + prompt + second
    let source = try scratch.audio(samples)
    let file = scratch.folder.appending(path: "gap.mka")
    let select = "aselect=not(between(t\\,\(length + 3)\\,\(length + 23)))"
    let form = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", source.url.path]
    try Speech.ffmpeg(form + ["-af", select] + codec + [file.path])
    let decoded = scratch.folder.appending(path: "decoded.wav")
    let facts = try AudioDecoder().decode(file, to: decoded)
    #expect(abs(facts.filledSeconds - 20) < 0.2)
    let audio = try AudioSamples(url: decoded, key: "gap")
    let expected = 1 + length + 30 + (try sound(prompt)).start
    var split = TranscriptionOptions()
    split.splitChannels = true
    for options in [wordTimes, split] {
      let windows = try await windows(audio, options: options, after: [], engine: models.engine())
      expectTimes(windows, within: audio.duration)
      let last = try #require(windows.flatMap(\.segments).last)
      #expect(last.text.lowercased().contains("goodbye"))
      let start = last.words?.first?.start ?? last.start
      #expect(abs(start - expected) < 0.2, "\(start) \(expected)")
    }
  }

  /// libwhisper ends the process when it is to align less than 0.16 s.
  @Test func words_ofVeryShortAudio_areAskedForInVain() async throws {
    let prompt = try Speech.prompt("vm-goodbye")
    var options = wordTimes
    options.vadFilter = false
    let engine = models.engine()
    for milliseconds in [10, 60, 110, 130, 150, 170, 200, 260, 400] {
      let audio = try scratch.audio(Array(prompt[4000..<4000 + milliseconds * 16]))
      let windows = try await windows(audio, options: options, after: [], engine: engine)
      expectTimes(windows, within: audio.duration)
    }
  }

  @Test func segmentsOfChannels_endAtLongPauses() async throws {
    let prompts = try ["vm-goodbye", "demo-thanks", "vm-goodbye"].map(Speech.prompt)
    var options = TranscriptionOptions()
    options.splitChannels = true
    let windows = try await windows(Array(prompts.joined(separator: Speech.silence(seconds: 5))), options: options)
    let segments = windows.flatMap(\.segments)
    #expect(segments.count >= 3 && segments.allSatisfy { $0.words == nil })
    var silence = 0.0
    for prompt in prompts.dropLast() {
      silence += Double(prompt.count) / 16_000
      #expect(segments.allSatisfy { $0.end < silence + 1 || $0.start > silence + 4 }, "\(segments)")
      silence += 5
    }
    expectTimes(windows, within: Double(prompts.reduce(160_000) { $0 + $1.count }) / 16_000)
  }
}

struct TokenAlignmentTests {
  @Test func heads_areKnownByTheShape() {
    typealias Shape = GGMLModelFile.Shape
    let base = Shape(isMultilingual: true, textState: 512, textLayers: 6, mels: 80)
    #expect(TokenAlignment.heads(of: base) != nil)
    // Distilled models have heads of their own.
    #expect(TokenAlignment.heads(of: Shape(isMultilingual: true, textState: 1280, textLayers: 2, mels: 128)) == nil)
    let large = Shape(isMultilingual: true, textState: 1280, textLayers: 32, mels: 80)
    #expect(TokenAlignment.heads(of: large) != nil)
    #expect(
      TokenAlignment.heads(of: large)
        != TokenAlignment.heads(of: Shape(isMultilingual: true, textState: 1280, textLayers: 32, mels: 128)))
  }

  @Test(arguments: [
    (3000, 0, 3000, true), (3000, 98, 60, true), (3000, 99, 30, true), (3000, 99, 15, false),
    // The last segment's end is not where libwhisper is: the percentage speaks against it.
    (3000, 99, 500, false), (100, 0, 100, true), (12, 0, 12, false), (16, 0, 16, true), (40, 62, 15, false),
  ])
  func hasRoom_whereTheNextChunkIsLongEnough(length: Int, percent: Int, rest: Int, expected: Bool) {
    #expect(TokenAlignment.hasRoom(length: length, percent: percent, rest: rest) == expected)
  }
}
