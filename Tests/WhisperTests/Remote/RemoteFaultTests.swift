import CommentCore
import Foundation
import TestSupport
import Testing

@testable import Whisper

/// What a whisper service can do wrong, by a stand-in with a real one's bytes; speech is found by the real model.
@Suite(.serialized) struct RemoteFaultTests {
  let scratch: Scratch
  /// Two windows.
  let audio: AudioSamples

  init() throws {
    scratch = try Scratch()
    audio = try scratch.audio(Speech.prompt("demo-congrats"))
  }

  private static let cut = ReplayServer.Step.send(
    Data("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"heard\":[{\"avg_".utf8))

  // MARK: - What passes

  @Test(
    arguments: [
      [.close], [cut, .close], [.reply("{}", status: 500)], [.reply("<html>", status: 502)],
      [.reply("", status: 503)], [.reply("{}", status: 504)], [.reply("{}", status: 408)],
      [.reply(#"{"error":{"message":"queue"}}"#, status: 429, headers: ["Retry-After": "7"])],
    ] as [[ReplayServer.Step]])
  func fault_thatPasses_isAskedAgain(steps: [ReplayServer.Step]) async throws {
    let clean = try await RecordedService().transcriber().windows(of: audio)
    #expect(clean.count == 2 && clean.flatMap(\.segments).count == 5)
    let service = try RecordedService { $0 == 1 || $0 == 2 ? steps : nil }
    #expect(try await service.transcriber().windows(of: audio) == clean)
    #expect(service.questions.count == 4)
    // A connection that was kept and is closed before any answer is made anew by libcurl itself.
    #expect((1...2).contains(service.pauses.all.count))
    // The same question each time.
    #expect(service.questions[1] == service.questions[3])
    let isAskedToWait = service.pauses.all.allSatisfy { $0 >= .seconds(7) }
    #expect(isAskedToWait == service.pauses.all.contains { $0 > .zero })
  }

  @Test func silence_beforeTheHeadAndWithinTheBody_isAskedAgain() async throws {
    let timeouts = HTTPTimeouts(firstByte: .seconds(1), idle: .seconds(1))
    for steps in [[.awaitClose], [Self.cut, .awaitClose]] as [[ReplayServer.Step]] {
      let service = try RecordedService { $0 == 0 ? steps : nil }
      let windows = try await service.transcriber(service.client(timeouts: timeouts)).windows(of: audio)
      #expect(windows.flatMap(\.segments).count == 5 && service.questions.count == 3)
    }
  }

  @Test func answer_thatTricklesIn_isWaitedForAsLongAsItComes() async throws {
    let timeouts = HTTPTimeouts(firstByte: .seconds(3), idle: .seconds(3))
    let slow = try recording("window_1")
    let steps = [.send(slow.dropLast(4)), .trickle(slow.suffix(4), pause: .seconds(1))] as [ReplayServer.Step]
    let service = try RecordedService { $0 == 1 ? steps : nil }
    let transcriber = try await service.transcriber(service.client(timeouts: timeouts))
    let start = ContinuousClock.now
    #expect(try await transcriber.windows(of: audio).flatMap(\.segments).count == 5)
    // Longer than any silence would have been waited for.
    #expect(start.duration(to: .now) > timeouts.idle)
    #expect(service.pauses.all.isEmpty)
  }

  // MARK: - What stays

  @Test func service_thatStaysAway_isToldWithWhatIsDoneAndHowToGoOn() async throws {
    let service = try RecordedService { $0 == 0 ? nil : [.close] }
    let transcriber = try await service.transcriber()
    var (seen, waits) = (0, [String]())
    let error = await #expect(throws: CommentBotError.self) {
      var options = TranscriptionOptions()
      options.language = "en"
      for try await event in transcriber.transcribe(audio, options: options, after: []) {
        if case .window = event { seen += 1 }
        if case .waiting(_, let cause) = event { waits.append(cause) }
      }
    }
    #expect(seen == 1 && service.pauses.all.count == 2)
    #expect(waits.count == 2 && waits.allSatisfy { $0.hasPrefix("the whisper service at \(service.server.url): ") })
    #expect(error?.code == .unreachable && error?.subject == "the whisper service at \(service.server.url)")
    #expect(error?.cause.contains("after 3 attempts; it is transcribed up to 00:2") == true, "\(error?.cause ?? "")")
    #expect(error?.hint?.hasSuffix("the same command goes on where this one stopped") == true)
  }

  @Test(arguments: [
    (400, CommentBotError.Code.serverError, nil), (401, .serverError, "WHISPER_API_KEY"),
    (403, .serverError, "WHISPER_API_KEY"), (404, .serverError, "WHISPER_URL"), (413, .serverError, "1 MB"),
    (307, .serverError, "WHISPER_URL"),
  ])
  func refusal_isNotAskedAgain(status: Int, code: CommentBotError.Code, hint: String?) async throws {
    let service = try RecordedService { _ in [.reply(#"{"error":{"message":"no\u001b[2J"}}"#, status: status)] }
    let transcriber = try await service.transcriber()
    let error = await #expect(throws: CommentBotError.self) { try await transcriber.windows(of: audio) }
    #expect(error?.code == code && error?.cause.hasPrefix("it answered \(status): no") == true)
    #expect(hint.map { error?.hint?.contains($0) == true } ?? true, "\(error?.hint ?? "")")
    #expect(service.questions.count == 1 && service.pauses.all.isEmpty)
  }

  @Test func unknownLanguage_isWrongUsage() async throws {
    let body = #"{"error":{"message":"Whisper knows no language","type":"","param":"language","code":"usage"}}"#
    let service = try RecordedService { _ in [.reply(body, status: 400)] }
    let transcriber = try await service.transcriber()
    #expect(await errorCode { _ = try await transcriber.windows(of: audio) } == .usage)
  }

  @Test func retryAfter_thatIsTooLong_isNotWaitedFor() async throws {
    let service = try RecordedService { _ in [.reply("{}", status: 429, headers: ["Retry-After": "3600"])] }
    let transcriber = try await service.transcriber()
    #expect(await errorCode { _ = try await transcriber.windows(of: audio) } == .busy)
    #expect(service.questions.count == 1)
  }

  @Test(arguments: [
    "garbage", "", "[]", "{}", "null", #"{"text":"words without times"}"#, #"{"text":"words","segments":[]}"#,
    #"{"segments":[{"start":0,"end":1}]}"#, #"{"segments":[{"start":NaN,"end":1,"text":"x"}]}"#,
    #"{"segments":[{"start":null,"end":1,"text":"x"}]}"#, #"{"segments":[{"start":"0","end":1,"text":"x"}]}"#,
    #"{"segments":[{"start":0,"end":1e999,"text":"x"}]}"#, #"{"segments":{"0":{"start":0,"end":1,"text":"x"}}}"#,
    #"{"heard":[{"segments":[]}]}"#,
  ])
  func wrongSchema_isRefusedAtOnce(body: String) async throws {
    let service = try RecordedService { _ in [.reply(body)] }
    let transcriber = try await service.transcriber()
    let error = await #expect(throws: CommentBotError.self) { try await transcriber.windows(of: audio) }
    #expect(error?.code == .badReply && error?.hint?.contains("verbose_json") == true, "\(body)")
    #expect(service.questions.count == 1)
  }

  @Test func moreSegmentsThanThereIsRoomFor_areRefused() async throws {
    let parts = Array(repeating: #"{"start":0,"end":1,"text":"x"}"#, count: 2000).joined(separator: ",")
    let service = try RecordedService { _ in [.reply(#"{"segments":[\#(parts)]}"#)] }
    let transcriber = try await service.transcriber()
    #expect(await errorCode { _ = try await transcriber.windows(of: audio) } == .badReply)
  }

  @Test func endlessAnswer_isRefused() async throws {
    let piece = ReplayServer.Step.chunk(Data(repeating: UInt8(ascii: " "), count: 1 << 20))
    let service = try RecordedService { _ in [.chunkedHead] + Array(repeating: piece, count: 1024) }
    let transcriber = try await service.transcriber()
    #expect(await errorCode { _ = try await transcriber.windows(of: audio) } == .badReply)
  }

  @Test(arguments: [
    [(-5.0, -1.0), (1e300, -1e300)], [(20, 10), (5, 6), (5, 5)], [(0, 1e18), (0, 1e18), (29, 28)], [(3, 3), (2, 2)],
  ])
  func times_backwardOrOutOfRange_areMended(times: [(start: Double, end: Double)]) async throws {
    let segments = times.map {
      #"{"start":\#($0.start),"end":\#($0.end),"text":" word","words":[{"word":" word","start":\#($0.end),"end":\#($0.start)}]}"#
    }
    let body = #"{"segments":[\#(segments.joined(separator: ","))]}"#
    let heard =
      #"{"heard":[{"avg_logprob":-0.1,"no_speech_prob":0,"temperature":0,"text":"a","segments":["#
      + #"{"start":-9223372036854775808,"end":9223372036854775807,"text":" a","tokens":[-1],"avg_logprob":0,"#
      + #""timed":[{"bytes":[32,97],"start":-9223372036854775808,"end":9223372036854775807,"probability":7,"logprob":1}]}]}]}"#
    var options = TranscriptionOptions()
    options.language = "en"
    options.wordTimestamps = true
    let service = try RecordedService { $0 == 0 ? [.reply(body)] : [.reply(heard)] }
    let windows = try await service.transcriber().windows(of: audio, options: options)
    #expect(windows.map(\.segments.count) == [times.count, 1])
    for window in windows {
      var last = window.start
      for segment in window.segments {
        #expect(segment.start >= last && segment.start < segment.end && segment.end <= window.end)
        #expect(segment.words?.allSatisfy { $0.start <= $0.end && $0.end <= segment.end } ?? true)
        last = segment.end
      }
    }
  }

  // MARK: - Stopping and going on

  @Test func cancelling_closesTheConnection() async throws {
    let (asked, ask) = AsyncStream<Void>.makeStream()
    let service = try RecordedService { number in
      if number == 1 { ask.yield() }
      return number == 1 ? [.awaitClose] : nil
    }
    let transcriber = try await service.transcriber()
    let task = Task { [audio] in try await transcriber.windows(of: audio) }
    for await _ in asked { break }
    task.cancel()
    _ = await task.result
    for await _ in service.server.disconnects { break }
    #expect(service.pauses.all.isEmpty)
  }

  /// A window in which the service hears nothing is asked for again by phrases, and when it cannot take these, the run
  /// goes on.
  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno",
  ])
  func fault_whileAPhraseIsHeardAgain_keepsWhatWasHeard(reply: String) async throws {
    let prompt = try Speech.prompt("demo-congrats") + Speech.silence(seconds: 1)
    let audio = try scratch.audio(prompt + prompt + prompt)
    let service = try RecordedService(phrase: [.send(Data(reply.utf8))]) {
      $0 == 0 ? [.send(RecordedService.nothing)] : nil
    }
    var options = TranscriptionOptions()
    options.language = "en"
    let windows = try await service.transcriber().windows(of: audio, options: options)
    let phrases = service.server.requests.compactMap(RecordedService.question).filter(\.isPhrase)
    #expect(!phrases.isEmpty && windows.count == 6)
    #expect(windows[0].segments.isEmpty && windows[0].dropped.contains { $0.reason == .unheard })
    #expect(windows.dropFirst().contains { !$0.segments.isEmpty })
  }

  @Test func recording_whoseServiceDied_isAskedForTheRestOnly() async throws {
    let prompt = try Speech.prompt("demo-congrats") + Speech.silence(seconds: 1)
    let file = try scratch.audio(prompt + prompt + prompt).url
    // A real WAV file: the pipeline decodes it.
    let wav = AudioSamples.wav(try AudioSamples(url: file, key: "").floats(0..<prompt.count * 3))
    let talk = try scratch.file("talk.wav", wav)
    let isBack = StopFlag()
    let service = try RecordedService { $0 < 3 || isBack.isSet ? nil : [.close] }
    let home = Home(root: scratch.folder)
    let pipeline = Pipeline(
      home: home, library: try Library(at: home.database), cache: AudioCache(folder: home.audioCache),
      transcriber: try await service.transcriber(), languageModel: { nil })
    let options = TranscriptionOptions()
    let code = await errorCode {
      _ = try await pipeline.process(talk, options: options, comments: CommentPlan(kinds: [])) { _ in }
    }
    #expect(code == .unreachable)
    isBack.set()
    let asked = service.questions.count
    let outcome = try await pipeline.process(talk, options: options, comments: CommentPlan(kinds: [])) { _ in }
    // Three windows were done, and the language was known.
    #expect(service.questions.count == asked + 3 && outcome.report.reusedSeconds > 30)
    #expect(service.server.requests.compactMap(RecordedService.question).count { $0.language == nil } == 3)
    let whole = try await RecordedService().transcriber().windows(
      of: AudioSamples(url: file, key: ""), options: options)
    #expect(whole.count == 6)
    #expect(outcome.transcript.segments.map(\.text) == whole.flatMap(\.segments).map(\.text))
    #expect(outcome.transcript.segments.map(\.start) == whole.flatMap(\.segments).map(\.start))
    #expect(outcome.transcript.engine == service.server.url && outcome.transcript.model == "base")
    #expect(outcome.transcript.languageProbability ?? 0 > 0.9)
  }
}
