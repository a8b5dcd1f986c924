import Synchronization

/// Asks a running engine from another thread to stop.
public final class StopFlag: Sendable {
  private let flag = Atomic(false)

  public init() {}

  /// Whether to stop.
  public var isSet: Bool { flag.load(ordering: .relaxed) }

  /// Asks to stop; from any thread, as often as one likes.
  public func set() { flag.store(true, ordering: .relaxed) }
}
