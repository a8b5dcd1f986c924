import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes

/// What belongs to one request.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who sends the request; whoever reaches the port, where no keys are asked for.
  var principal = Principal.local
  /// Where it comes from; nil when that is not known. Of a proxy that is trusted, where that one says it comes from.
  var address: ClientAddress?
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
    address = ClientAddress(source.channel.remoteAddress)
  }

  /// The request's own, for logs and for who asks about it.
  var id: String {
    get { logger[metadataKey: Self.idKey].map { "\($0)" } ?? "" }
    set { logger[metadataKey: Self.idKey] = .string(newValue) }
  }

  private static let idKey = "hb.request.id"

  /// What belongs on each of its lines in the log; the id is there already.
  var logged: Logger.Metadata {
    var logged: Logger.Metadata = [:]
    logged["ip_address"] = address.map { .string($0.text) }
    if principal != .nobody { logged["user_id"] = .string(principal.owner) }
    return logged
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
