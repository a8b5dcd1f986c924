import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// Broken models, other programs and queues, and what is open to others.
extension Broken {
  static var ofOthers: [Broken] { servers + queues + exposures }

  // MARK: - Models and other programs

  static let models = [
    Broken(testDescription: "a truncated model", id: "models.vad", evidence: "bytes that were installed") {
      try $0.home.ownModels()
      truncate($0.home.file("data/models/whisper/ggml-silero-v6.2.0.bin").path, 1000)
    },
    Broken(testDescription: "a language model that does not load", id: "engines.llm", evidence: "cannot load") {
      let whole = try FileHandle(forReadingFrom: Package.root.appending(path: $0.languageModel))
      let part = $0.home.file("part.gguf")
      try (try whole.read(upToCount: 3_000_000) ?? Data()).write(to: part)
      $0.diagnosis.settings.llmModel = part.path
    },
    Broken(testDescription: "an unknown model", id: "models.whisper") {
      $0.diagnosis.settings.whisperModel = "enormous"
    },
  ]

  static let servers = [
    Broken(testDescription: "Ollama demanded and away", id: "ollama.reachable") { $0.diagnosis.settings.llm = .ollama },
    Broken(testDescription: "an old Ollama", id: "ollama.version", status: .warning, evidence: "0.5.4") {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(version: "0.5.4").start()
    },
    Broken(testDescription: "an Ollama without models", id: "ollama.models", status: .warning) {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(models: []).start()
    },
    Broken(testDescription: "an Ollama without the model", id: "ollama.models", evidence: "llama3") {
      $0.diagnosis.settings.ollamaHost = try SaidOllama().start()
      ($0.diagnosis.settings.llm, $0.diagnosis.settings.ollamaModel) = (.ollama, "llama3")
    },
    Broken(testDescription: "a short context", id: "ollama.context", status: .warning, evidence: "made for 2048") {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(context: 2048).start()
    },
    Broken(
      testDescription: "no memory for context", id: "ollama.context", status: .warning, evidence: "for 2048 tokens"
    ) {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(size: 7_900_000_000).start()
    },
    Broken(testDescription: "no memory for the model", id: "ollama.memory", status: .warning) {
      $0.diagnosis.settings.ollamaHost = try SaidOllama(size: 90_000_000_000).start()
    },
    Broken(testDescription: "a whisper service that is away", id: "whisper.service") {
      $0.diagnosis.settings.whisperURL = try ReplayServer.refusingURL()
    },
    Broken(testDescription: "a whisper service of another version", id: "whisper.version", status: .warning) {
      let list = #"{"data":[{"id":"base","commentbot_window":1,"digest":"ab","commentbot_version":"0.0.1"}]}"#
      $0.diagnosis.settings.whisperURL = try ReplayServer { _ in [.reply(list)] }.url
    },
    Broken(testDescription: "a chat server that is away", id: "llm.service") {
      $0.diagnosis.settings.llmURL = try ReplayServer.refusingURL() + "/v1"
    },
    Broken(testDescription: "a taken port", id: "ports.serve", evidence: "taken by another program") {
      $0.diagnosis.settings.serve.port = Int(try ReplayServer { _ in [.reply("{}")] }.port)
    },
    Broken(testDescription: "an address of another machine", id: "ports.serve") {
      ($0.diagnosis.settings.serve.host, $0.diagnosis.settings.serve.port) = ("192.0.2.1", 8080)
    },
    Broken(testDescription: "another program in public", id: "proxy.reachable") {
      $0.diagnosis.settings.serve.publicURL = try ReplayServer { _ in [.reply("{}")] }.url
    },
    Broken(testDescription: "no key in public", id: "proxy.keys", evidence: "everybody") {
      $0.diagnosis.settings.serve.publicURL = try ReplayServer { _ in [.reply("{}")] }.url
    },
    Broken(testDescription: "another clock in public", id: "clock.proxy") {
      let head = ["Date": "Mon, 01 Jan 2001 00:00:00 GMT"]
      $0.diagnosis.settings.serve.publicURL = try ReplayServer { _ in [.reply("ok", headers: head)] }.url
    },
  ]

  // MARK: - Queue and exposure

  static let queues = [
    Broken(testDescription: "nobody works", id: "queue.waiting", evidence: "nobody works") {
      _ = try await SQLiteJobStore($0.library(at: .long)).submit($0.submission)
    },
    Broken(testDescription: "a silent worker", id: "queue.stuck", evidence: "no sign") {
      let store = SQLiteJobStore(try $0.library(at: .long))
      _ = try await store.submit($0.submission)
      _ = try await store.claim(by: "w")
    },
    Broken(testDescription: "a job that was given up", id: "queue.failed", status: .warning, evidence: "no sound in it")
    {
      let store = SQLiteJobStore(try $0.library())
      _ = try await store.submit($0.submission)
      let claim = try #require(try await store.claim(by: "w"))
      let error = CommentBotError(.unreadableAudio, "decode", "a", cause: "no sound in it")
      _ = try await store.finish(claim.lease, .failed(error))
    },
  ]

  static let exposures = [
    Broken(testDescription: "open to others without keys", id: "exposure.keys", evidence: "refuses to start") {
      $0.diagnosis.settings.serve.host = "0.0.0.0"
    },
    Broken(testDescription: "only revoked keys", id: "exposure.keys", status: .warning, evidence: "revoked") {
      let key = KeyToken()
      let library = try $0.library()
      _ = try await library.add(
        APIKey(id: key.id, owner: "ann", name: "", scopes: ["read"], created: Date()), digest: key.digest)
      _ = try await library.revokeKey(key.id)
    },
    Broken(testDescription: "open to others without TLS", id: "exposure.tls", status: .warning) {
      $0.diagnosis.settings.serve.host = "0.0.0.0"
    },
    Broken(testDescription: "all the world as a proxy", id: "exposure.proxies", status: .warning, evidence: "0.0.0.0/0")
    {
      $0.diagnosis.settings.serve.host = "0.0.0.0"
      $0.diagnosis.settings.serve.proxies = .of("10.0.0.0/8", "0.0.0.0/0")
    },
    Broken(testDescription: "half of the world", id: "exposure.proxies", status: .warning, evidence: "128.0.0.0/1") {
      $0.diagnosis.settings.serve.proxies = .of("128.0.0.0/1")
    },
    Broken(testDescription: "all of IPv6", id: "exposure.proxies", status: .warning, evidence: "pretend") {
      $0.diagnosis.settings.serve.proxies = .of("::/0")
    },
    Broken(
      testDescription: "a proxy that nobody named", id: "exposure.proxies", status: .warning, evidence: "one address"
    ) {
      $0.diagnosis.settings.serve.publicURL = "https://example.org"
    },
    Broken(testDescription: "public without TLS", id: "exposure.tls", status: .warning) {
      $0.diagnosis.settings.serve.publicURL = "http://example.org"
    },
    Broken(testDescription: "pages without TLS", id: "exposure.origins", status: .warning) {
      $0.diagnosis.settings.serve.corsOrigins = ["http://example.org"]
    },
    Broken(testDescription: "all files", id: "exposure.paths", status: .warning) {
      $0.diagnosis.settings.jobs.allowedPaths = ["/"]
    },
    Broken(testDescription: "private callbacks", id: "exposure.callbacks", status: .warning) {
      $0.diagnosis.settings.jobs.allowsPrivateCallbacks = true
    },
    Broken(testDescription: "a short secret", id: "exposure.callbacks", evidence: "16 bytes") {
      $0.diagnosis.settings.jobs.webhookSecretFile = try $0.write("secret", "short").path
    },
    Broken(testDescription: "recordings in the clear", id: "exposure.outgoing", status: .warning) {
      $0.diagnosis.settings.whisperURL = "http://10.1.2.3:9000"
    },
  ]
}

extension Date {
  fileprivate static var long: Date { Date(timeIntervalSinceNow: -7200) }
}
