import CommentCore
import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A server and what runs beside it, until it is told to stop.
struct HTTPService {
  /// A name or an address, that of IPv6 without brackets.
  var host: String
  /// 0 takes a free one.
  var port: Int
  var router: Router<ServiceContext>
  /// Who is being transcribed for.
  var queue: TranscriptionQueue
  /// What runs beside the server, and is told to stop before it.
  var services: [any Service] = []
  /// How long a client may keep the server waiting.
  var patience = Duration.seconds(20)
  /// How long work that is going on may still take when the service is to stop.
  var grace = Duration.seconds(30)
  var logger: Logger

  /// Serves until the task is cancelled; then takes no more work, finishes what is going on, and returns.
  /// - Parameters:
  ///   - onStopping: called when the task is cancelled.
  ///   - onReady: called with the port when connections are taken.
  func run(
    onStopping: @escaping @Sendable () -> Void = {}, onReady: @escaping @Sendable (Int) -> Void
  ) async throws {
    let server = group([application(onReady)])
    let beside = services.isEmpty ? nil : group(services)
    // Not a child task: cancelling it would break off what is going on.
    let serving = Task {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
          do {
            try await server.run()
          } catch {
            // Without it, as where the port is taken, what runs beside it has no end.
            await beside?.triggerGracefulShutdown()
            throw error
          }
        }
        if let beside { tasks.addTask { try await beside.run() } }
        try await tasks.waitForAll()
      }
    }
    do {
      try await withTaskCancellationHandler {
        try await serving.value
      } onCancel: { [queue, grace] in
        queue.stop()
        onStopping()
        Task { await beside?.triggerGracefulShutdown() }
        // Until then whoever connects is told so; a server that is shutting down would hang up without a word.
        let late = Task {
          try await Task.sleep(for: grace)
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

  private func application(_ onReady: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
    let patience = patience
    return Application(
      router: router,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [ClientWatch(), SlowClientGuard(patience: patience)],
          // Of a connection without a request, and of a head that does not end.
          idleTimeout: TimeAmount(patience * 3))),
      configuration: .init(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: .maximum(OpenFiles.raiseLimit(), logger: logger)),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? 0) }, logger: logger)
  }

  private func group(_ services: [any Service]) -> ServiceGroup {
    var configuration = ServiceGroupConfiguration(services: services, logger: logger)
    configuration.maximumGracefulShutdownDuration = grace
    return ServiceGroup(configuration: configuration)
  }
}
