import NIOCore
import Synchronization

/// Part of a connection that tells when its client has gone away.
///
/// A client that only closes its own side counts as gone as well: the two cannot be told apart before something is
/// sent.
final class ClientWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
  typealias InboundIn = NIOAny

  private struct State {
    var isGone = false
    var lastNumber = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// - Returns: the number to ``forget(_:)`` the action by. It is done at once when the client is gone already.
  func whenGone(_ action: @escaping @Sendable () -> Void) -> Int {
    let (number, isGone) = state.withLock { state in
      state.lastNumber += 1
      if !state.isGone { state.actions[state.lastNumber] = action }
      return (state.lastNumber, state.isGone)
    }
    if isGone { action() }
    return number
  }

  func forget(_ number: Int) {
    state.withLock { $0.actions[number] = nil }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { tell() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    tell()
    context.fireChannelInactive()
  }

  private func tell() {
    let actions = state.withLock { state in
      state.isGone = true
      defer { state.actions = [:] }
      return Array(state.actions.values)
    }
    for action in actions { action() }
  }
}
