import Foundation
import TestSupport
import Testing

/// What the service does with requests that are wrong, too much, or given up.
@Suite(.serialized) struct WhisperServiceFaultTests {
  @Test func transcriptions_wrongRequests_areRefusedWithTheField() throws {
    let service = try RunningService()
    let audio = try Speech.make("Hello.", at: service.home.file("talk.wav"))
    let text = service.home.file("notes.txt")
    try Data("These are words, not sound.".utf8).write(to: text)
    let empty = service.home.file("empty.wav")
    try Data().write(to: empty)
    let cases: [(reply: RunningService.Reply, status: Int, param: String?, code: String?)] = [
      (try service.transcribe(text), 400, "file", "unreadable_audio"),
      (try service.transcribe(empty), 400, "file", "empty_file"),
      (try service.ask("/v1/audio/transcriptions", "-F", "model=base"), 400, "file", nil),
      (try service.ask("/v1/audio/transcriptions", "-d", "{}"), 400, nil, nil),
      (try service.transcribe(audio, "response_format=docx"), 400, "response_format", nil),
      (try service.transcribe(audio, "model=large-v9"), 404, "model", "model_not_found"),
      (try service.transcribe(audio, "language=klingon"), 400, "language", nil),
      (try service.transcribe(audio, "temperature=nan"), 400, "temperature", nil),
      (try service.transcribe(audio, "temperature=1.5"), 400, "temperature", nil),
      (try service.transcribe(audio, "timestamp_granularities[]=word"), 400, "timestamp_granularities[]", nil),
      (try service.transcribe(audio, "timestamp_granularities[]=line"), 400, "timestamp_granularities[]", nil),
      (try service.transcribe(audio, "include[]=words"), 400, "include[]", nil),
      (try service.transcribe(audio, "include[]=logprobs", "response_format=text"), 400, "include[]", nil),
      (try service.transcribe(audio, "chunking_strategy=mine"), 400, "chunking_strategy", nil),
      (try service.transcribe(audio, "stream=true", "response_format=srt"), 400, "stream", nil),
      (try service.transcribe(audio, "stream=perhaps"), 400, "stream", nil),
      (try service.transcribe(audio, "commentbot_window={}"), 400, "commentbot_window", nil),
      (try service.transcribe(audio, "file=@\(audio.path)"), 400, "file", nil),
      (
        try service.transcribe(audio, "response_format=diarized_json", path: "/v1/audio/translations"), 400,
        "response_format", nil
      ),
      (try service.ask("/v1/audio/speech", "-d", "{}"), 404, nil, "unknown_url"),
      (try service.ask("/health/live", "-H", "Host: pages.example"), 403, nil, "wrong_host"),
      (try service.ask("/health/live", "-H", "Origin: https://pages.example"), 403, nil, "wrong_origin"),
    ]
    for (reply, status, param, code) in cases {
      let failure = try reply.json(FailureJSON.self)
      #expect(reply.status == status && failure.isWhole, "\(reply.body)")
      #expect(failure.error["param"] == .some(param) && failure.error["code"] == .some(code), "\(reply.body)")
      #expect(failure.error["type"] == "invalid_request_error")
      #expect(failure.error["message"]??.contains(service.temporary.path) == false)
    }
    #expect(try service.figure("audio_seconds_total") == 0)
    #expect(try service.leftovers.count == 1)
  }

  @Test func transcriptions_chunkingStrategyAndUnknownFields_areTolerated() throws {
    let service = try RunningService("--idle-unload", "0")
    let audio = try Speech.make("Good morning everybody.", at: service.home.file("talk.wav"))
    let reply = try service.transcribe(audio, "chunking_strategy=auto", "known_speaker_names[]=Ann", "language=english")
    #expect(reply.status == 200 && reply.body.contains("morning"))
    #expect(try service.figure("model_loaded") == 0)
    #expect(try service.figure("audio_seconds_total") > 0.5)
  }

  @Test func transcriptions_tooMuch_isRefused() throws {
    let service = try RunningService("--max-bytes", "100000", "--max-duration", "5")
    let short = try Speech.make("Good morning.", at: service.home.file("short.mp3"))
    let long = try Speech.make(WhisperServiceTests.sentences, at: service.home.file("long.mp3"))
    let large = try Speech.convert(long, to: service.home.file("large.wav"), ["-ar", "48000", "-ac", "2"])
    #expect(try service.transcribe(short).status == 200)
    #expect(try service.figure("model_loaded") == 1)
    for (file, code) in [(long, "audio_too_long"), (large, "file_too_large")] {
      let reply = try service.transcribe(file)
      #expect(reply.status == 413, "\(reply.body)")
      #expect(try reply.json(FailureJSON.self).error["code"] == code)
    }
    // Without its length in the header the file is counted while it arrives.
    let chunked = try service.ask(
      "/v1/audio/transcriptions", "-H", "Transfer-Encoding: chunked", "-F", "file=@\(large.path)")
    #expect(chunked.status == 413)
    #expect(try service.leftovers.count == 1)
  }

  @Test(.timeLimit(.minutes(60))) func transcriptions_queueIsFull_areSentAwayUntilAPlaceIsFree() throws {
    let service = try RunningService("--queue", "1")
    let audio = try Speech.make("Good morning.", at: service.home.file("talk.wav"))
    // An upload that has begun and does not end.
    let input = Pipe()
    let header = "Content-Type: multipart/form-data; boundary=b"
    let upload = try service.start(
      "/v1/audio/transcriptions", ["-X", "POST", "-H", header, "-H", "Expect:", "-T", "-"], input: input)
    try input.fileHandleForWriting.write(contentsOf: Data("--b\r\n".utf8))
    try service.wait(for: "queue_depth", 1)
    let reply = try service.transcribe(audio)
    #expect(reply.status == 429 && reply.headers["retry-after"] == "10")
    #expect(try reply.json(FailureJSON.self).error["code"] == "queue_full")
    #expect(try service.ask("/health/ready").status == 429)
    RunningService.end(upload)
    try service.wait(for: "queue_depth", 0)
    #expect(try service.transcribe(audio).status == 200)
    #expect(try service.leftovers.count == 1)
  }

  @Test(.timeLimit(.minutes(60)), arguments: ["stream=false", "stream=true"])
  func transcriptions_clientGoesAway_stopsTheWork(stream: String) throws {
    let service = try RunningService()
    let audio = try Self.longSpeech(service.home)
    let arguments = ["-F", "file=@\(audio.path)", "-F", stream]
    let (first, second) = (
      try service.start("/v1/audio/transcriptions", arguments), try service.start("/v1/audio/transcriptions", arguments)
    )
    try service.wait(for: "queue_depth", 2)
    try service.wait(for: "queue_waiting", 1)
    for client in [first, second] { RunningService.end(client) }
    try service.wait(for: "queue_depth", 0)
    #expect(try service.figure("cancelled_total") == 2)
    #expect(try service.figure("audio_seconds_total") == 0)
    let short = try Speech.make("Good morning.", at: service.home.file("short.wav"))
    #expect(try service.transcribe(short).status == 200)
    #expect(try service.leftovers.count == 1)
  }

  @Test(.timeLimit(.minutes(60)), arguments: [SIGTERM, SIGINT])
  func service_toldToStop_finishesWhatIsGoingOn(signal: Int32) throws {
    let service = try RunningService()
    let audio = try Speech.make(WhisperServiceTests.sentences, at: service.home.file("talk.wav"))
    let answer = service.home.file("answer.json")
    let client = try service.start(
      "/v1/audio/transcriptions", ["-f", "-F", "file=@\(audio.path)"], output: answer)
    try service.wait(for: "model_loaded", 1)
    kill(service.process.processIdentifier, signal)
    // Until it is done, whoever comes is told.
    let late = try service.transcribe(audio)
    #expect(late.status == 503 && late.headers["retry-after"] == "10")
    #expect(try late.json(FailureJSON.self).error["code"] == "stopping")
    client.waitUntilExit()
    service.process.waitUntilExit()
    #expect(try service.errors.contains("stopping: no new work is taken"))
    #expect(client.terminationStatus == 0)
    #expect(try String(contentsOf: answer, encoding: .utf8).contains("Monday"))
    #expect(service.process.terminationReason == .exit && service.process.terminationStatus == 0)
    #expect(try service.leftovers.isEmpty)
  }

  @Test(.timeLimit(.minutes(60))) func service_toldToStopTwice_endsAtOnceAndLeavesNothing() throws {
    let service = try RunningService()
    let audio = try Self.longSpeech(service.home)
    let client = try service.start("/v1/audio/transcriptions", ["-F", "file=@\(audio.path)"])
    try service.wait(for: "model_loaded", 1)
    #expect(try service.leftovers.count > 1)
    kill(service.process.processIdentifier, SIGTERM)
    // Two of the same kind at once would be one.
    kill(service.process.processIdentifier, SIGINT)
    service.process.waitUntilExit()
    client.waitUntilExit()
    #expect(service.process.terminationReason == .exit && service.process.terminationStatus == 130)
    #expect(try service.leftovers.isEmpty)
  }

  @Test func service_remoteAddressWithoutAllowRemote_doesNotStart() throws {
    let result = try Installation().run("whisper-service", "--host", "0.0.0.0", "--port", "0")
    #expect(result.status == 64)
    #expect(result.error.contains("--allow-remote") && result.error.contains("no keys"))
  }

  @Test func service_portIsTaken_saysSo() throws {
    let service = try RunningService()
    let port = try #require(service.url.split(separator: ":").last.map(String.init))
    // What runs beside the server ends with it.
    let serve = try Installation().run("serve", "--port", port)
    #expect(serve.status == 74 && serve.error.contains("address already in use"), "\(serve.error)")
    let result = try service.home.run("whisper-service", "--port", port)
    #expect(result.status == 74)
    #expect(result.error.contains("address already in use") && result.error.contains("--port"))
  }

  @Test func service_modelIsMissing_doesNotStart() throws {
    let result = try Installation().run("whisper-service", "--port", "0", "--model", "large-v9")
    #expect(result.status == 66)
  }

  /// About a minute of speech.
  private static func longSpeech(_ home: Installation) throws -> URL {
    let piece = try Speech.make(WhisperServiceTests.sentences, at: home.file("piece.wav"))
    return try Speech.join(Array(repeating: piece, count: 10), at: home.file("long.wav"))
  }
}
