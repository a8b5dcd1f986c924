import CommentCore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Whisper

/// OpenAI's audio endpoints.
struct SpeechRoutes: RouteSet {
  let desk: TranscriptionDesk
  let models: [String]

  init(desk: TranscriptionDesk, engine: EngineIdentity) {
    self.desk = desk
    models = Self.names(of: engine)
  }

  /// The model's name, and the one that OpenAI's own clients give; none without a model.
  static func names(of engine: EngineIdentity?) -> [String] {
    engine.map { $0.model == "whisper-1" ? [$0.model] : [$0.model, "whisper-1"] } ?? []
  }

  func add(to router: Router<ServiceContext>) {
    router.post("v1/audio/transcriptions") { request, context in try await answer(request, context, task: .transcribe) }
    router.post("v1/audio/translations") { request, context in try await answer(request, context, task: .translate) }
  }

  private func answer(_ request: Request, _ context: ServiceContext, task: TranscriptionOptions.Task) async throws
    -> Response
  {
    let place = try desk.queue.reserve()
    let upload = try await desk.receive(request, context, fileField: "file")
    let wanted = try SpeechRequest(upload.fields, task: task, models: models)
    let audio = try await desk.samples(of: upload, for: context)
    if let window = wanted.window {
      return try SpeechResponse.json(try await desk.decode(window, of: audio, for: context, at: place))
    }
    if wanted.isStream { return stream(audio, wanted, for: context, at: place) }
    let transcript = try await desk.transcribe(audio, wanted.options, for: context, at: place)
    return try SpeechResponse(transcript: transcript, request: wanted).response()
  }

  /// Server-sent events: the text as it is heard, then the whole of it.
  private func stream(
    _ audio: AudioSamples, _ wanted: SpeechRequest, for context: ServiceContext, at place: TranscriptionQueue.Place
  ) -> Response {
    let body = ResponseBody { writer in
      let (lines, source) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
      let job = Task {
        do {
          try await desk.work(for: context, at: place) { engine in
            var text = SpeechEvents(format: wanted.format)
            _ = try await desk.transcribe(audio, wanted.options, by: engine) { window in
              for line in try text.take(window) { source.yield(ByteBuffer(string: line)) }
            }
            source.yield(ByteBuffer(string: try text.done()))
          }
          source.finish()
        } catch {
          // The status is sent already: what is left is an event that says it.
          if !CommentBotError.isCancellation(error) {
            let failure = ServiceFailure(error)
            desk.metrics.countFailedStream()
            context.logger.error("a stream ended early: \(failure.message)")
            if let line = try? SpeechEvents.line(failure.event) { source.yield(ByteBuffer(string: line)) }
          }
          source.finish()
        }
      }
      defer { job.cancel() }
      try await writer.write(lines)
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"], body: body)
  }
}
