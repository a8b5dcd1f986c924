import CommentCore
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A server and what runs beside it, until it is told to stop.
struct HTTPService {
  /// How long work that is going on may still take when the service is to stop.
  private static let patience = Duration.seconds(30)
  /// How long the last answers may take to be sent after that.
  private static let farewell = Duration.seconds(5)
  /// How long a connection may be without a byte while a request is sent.
  private static let sendTimeout = Duration.seconds(60)

  /// A name or an address, that of IPv6 without brackets.
  var host: String
  /// 0 takes a free one.
  var port: Int
  var router: Router<ServiceContext>
  /// Who is being transcribed for.
  var queue: TranscriptionQueue
  /// What runs beside the server, and is told to stop before it.
  var services: [any Service] = []
  var logger: Logger

  /// Serves until the task is cancelled; then takes no more work, finishes what is going on, and returns.
  /// - Parameters:
  ///   - onStopping: called when the task is cancelled.
  ///   - onReady: called with the port when connections are taken.
  func run(
    onStopping: @escaping @Sendable () -> Void = {}, onReady: @escaping @Sendable (Int) -> Void
  ) async throws {
    let application = Application(
      router: router,
      server: .http1(
        configuration: .init(additionalChannelHandlers: [ClientWatch()], idleTimeout: .init(Self.sendTimeout))),
      configuration: .init(address: .hostname(host, port: port)),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? 0) }, logger: logger)
    let server = group([application], patience: Self.farewell)
    let beside = services.isEmpty ? nil : group(services, patience: Self.patience)
    // Not a child task: cancelling it would break off what is going on.
    let serving = Task {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await server.run() }
        if let beside { tasks.addTask { try await beside.run() } }
        try await tasks.waitForAll()
      }
    }
    do {
      try await withTaskCancellationHandler {
        try await serving.value
      } onCancel: {
        queue.stop()
        onStopping()
        Task { await beside?.triggerGracefulShutdown() }
        // Until then whoever connects is told so; a server that is shutting down would hang up without a word.
        let late = Task {
          try await Task.sleep(for: Self.patience)
          queue.giveUpWaiting()
        }
        Task {
          await queue.untilEmpty()
          late.cancel()
          await server.triggerGracefulShutdown()
        }
      }
    } catch  where queue.isStopping {
      // What took longer than the patience was broken off.
    } catch let error as IOError {
      throw CommentBotError(
        .io, "listen on", "\(host):\(port)", cause: String(cString: strerror(error.errnoCode)).lowercased(),
        hint: "give another --port; 0 takes a free one")
    }
  }

  private func group(_ services: [any Service], patience: Duration) -> ServiceGroup {
    var configuration = ServiceGroupConfiguration(services: services, logger: logger)
    configuration.maximumGracefulShutdownDuration = patience
    return ServiceGroup(configuration: configuration)
  }
}
