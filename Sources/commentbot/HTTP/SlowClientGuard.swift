import NIOCore
import NIOHTTPTypes

/// Part of a connection that ends it when its client sends a body too slowly, or does not stop sending one.
///
/// A client that does not even send a head is cut by the server's own time-out.
final class SlowClientGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private static let interval = TimeAmount.seconds(1)
  private var pace: ClientPace
  private var look: RepeatedTask?

  init(patience: Duration) {
    pace = ClientPace(patience: patience)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      pace.begin()
    case .body(let buffer):
      pace.receive(buffer.readableBytes, at: .now)
      if pace.isOver(at: .now) { return context.close(promise: nil) }
      startLooking(context)
    case .end:
      pace.end()
      stopLooking()
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // After a head that came with the whole of its body there is nothing to watch.
    if pace.isOpen { startLooking(context) }
    context.fireChannelReadComplete()
  }

  func read(context: ChannelHandlerContext) {
    pace.wait(from: .now)
    context.read()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { pace.answer(at: .now) }
    context.write(data, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    stopLooking()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    stopLooking()
  }

  private func startLooking(_ context: ChannelHandlerContext) {
    guard look == nil else { return }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    look = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
      let (handler, context) = bound.value
      if handler.pace.isOver(at: .now) { context.close(promise: nil) }
    }
  }

  private func stopLooking() {
    look?.cancel()
    look = nil
  }
}
