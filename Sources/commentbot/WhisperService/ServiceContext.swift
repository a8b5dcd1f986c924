import Hummingbird
import NIOCore

/// What belongs to one request.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Does the work, and cancels it when the client goes away before it is done.
  func whileClientIsThere<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let watch = try await channel.pipeline.handler(type: ClientWatch.self).get()
    let task = Task { try await work() }
    let number = watch.whenGone { task.cancel() }
    defer { watch.forget(number) }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
