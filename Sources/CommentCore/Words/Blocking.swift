import Dispatch

/// Runs blocking work away from Swift's shared pool.
public enum Blocking {
  private static let queue = DispatchQueue(label: "commentbot.blocking", attributes: .concurrent)

  /// Runs the work on a thread of its own and waits for it.
  /// - Throws: what the work throws; cancelling the task does not stop it.
  public static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result(catching: body)) }
    }
  }
}
