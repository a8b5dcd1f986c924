import Synchronization

/// Lets the workers of a process take turns while its memory is short: then one job may transcribe or comment, which need
/// a model each, and the others wait.
public final class MemoryGate: Sendable {
  private let isShort: @Sendable () -> Bool
  private let working = Mutex(0)

  /// - Parameter isShort: whether there is no room for two models at once.
  public init(isShort: @escaping @Sendable () -> Bool = { MachineMemory.isShort }) {
    self.isShort = isShort
  }

  /// - Returns: whether a worker may look for a job; it calls ``leave()`` when it has none or is done.
  func enter() -> Bool {
    working.withLock { count in
      guard count == 0 || !isShort() else { return false }
      count += 1
      return true
    }
  }

  func leave() { working.withLock { $0 -= 1 } }
}
