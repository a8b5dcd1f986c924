import Foundation
import NIOCore
import NIOHTTPTypes

/// Part of a connection that ends it when its client sends a body too slowly, does not stop sending one, or does not
/// take the answer.
///
/// A client that does not even send a head is cut by the server's own time-out.
final class SlowClientGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Unsent bytes that the system keeps at the most. Its own limit of some megabytes would make a client that takes its
  /// answer slowly look like one that has stopped.
  private static let unsentBytes = 32_768
  private static let interval = TimeAmount.seconds(1)
  private var pace: ClientPace
  private var look: RepeatedTask?

  init(patience: Duration) {
    pace = ClientPace(patience: patience)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let option = ChannelOptions.tcpOption(NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT))
    // Without it large answers are only judged more coarsely.
    _ = context.channel.setOption(option, value: Self.unsentBytes)
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
      if !pace.isOpen { stopLooking() }
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // After a head that came with the whole of its body there is nothing to watch.
    if pace.isOpen { startLooking(context) }
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      pace.drain()
      if !pace.isOpen { stopLooking() }
    } else {
      fill(context)
      startLooking(context)
    }
    context.fireChannelWritabilityChanged()
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

  /// That the channel is not writable yet tells little: many pieces of an answer may wait together.
  private func fill(_ context: ChannelHandlerContext) {
    let bytes = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    pace.fill(bytes ?? 0, at: .now)
  }

  private func startLooking(_ context: ChannelHandlerContext) {
    guard look == nil else { return }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    look = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
      let (handler, context) = bound.value
      if !context.channel.isWritable { handler.fill(context) }
      if handler.pace.isOver(at: .now) { context.close(promise: nil) }
    }
  }

  private func stopLooking() {
    look?.cancel()
    look = nil
  }
}
