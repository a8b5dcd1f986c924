import CommentCore
import Foundation

/// How a window is put to a service, by what the service is.
struct ServiceQuestions: Sendable {
  let client: ServiceClient
  let server: WhisperServer
  let model: String

  private static let transcriptions = "/v1/audio/transcriptions"
  private static let translations = "/v1/audio/translations"

  /// - Parameter wav: what is to be heard of the window.
  /// - Throws: ``CommentBotError``; `CancellationError`.
  func ask(_ request: WindowRequest, wav: Data) async throws -> SpeechReply {
    let answer = try await client.ask(path(of: request), try form(of: request, wav: wav)) { try await isLoading() }
    guard answer.status == 200 else {
      var error = ServiceRefusal(answer, address: client.address, hasKey: client.apiKey != nil).error
      if answer.status == 404, server.kind == .whisperCpp {
        error.hint = "start it with: whisper-server --inference-path \(Self.transcriptions)"
      }
      throw error
    }
    return try SpeechReply(answer.body, from: client.address)
  }

  private func path(of request: WindowRequest) -> String {
    // whisper.cpp's server has one path, and a translation is always into English.
    let isTranslation = request.options.task == .translate && request.language != nil && server.kind != .whisperCpp
    return isTranslation ? Self.translations : Self.transcriptions
  }

  private func form(of request: WindowRequest, wav: Data) throws -> MultipartForm {
    let options = request.options
    var form = MultipartForm()
    form.add("model", model)
    form.add("response_format", "verbose_json")
    form.add("temperature", "\(options.temperature)")
    let prompt = [options.initialPrompt, options.hotwords].compactMap { $0?.trimmingCharacters(in: .whitespaces) }
    if !prompt.isEmpty { form.add("prompt", prompt.joined(separator: " ")) }
    if path(of: request) == Self.transcriptions {
      form.add("timestamp_granularities[]", "segment")
      if options.needsTokenTimes { form.add("timestamp_granularities[]", "word") }
      if let language = request.language { form.add("language", language) }
    }
    switch server.kind {
    case .commentbot: form.add(WindowRequest.field, String(decoding: try JSONEncoder().encode(request), as: UTF8.self))
    case .whisperCpp:
      // Without it, English is taken for granted.
      if request.language == nil { form.add("language", "auto") }
      if options.task == .translate, request.language != nil { form.add("translate", "true") }
    case .other: break
    }
    form.add("file", file: "window.wav", type: "audio/wav", wav)
    return form
  }

  /// Whether the server is there and has no model yet: whisper.cpp's makes every error a 404, its health's 503 too.
  private func isLoading() async throws -> Bool {
    guard server.kind != .commentbot else { return false }
    var client = client
    client.retries.delays = []
    guard let health = try? await client.ask("/health") else {
      try Task.checkCancellation()
      return true
    }
    return health.status == 404 && server.kind == .whisperCpp
  }
}
