import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes

/// What belongs to one request.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who sends the request; whoever reaches the port, where no keys are asked for.
  var principal = Principal.local
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Tells a client that asked whether it shall send the body (`Expect: 100-continue`) to do so. Until then one that is
  /// sent away has sent nothing.
  func invite(_ request: Request) async throws {
    guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
    try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue))).get()
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
