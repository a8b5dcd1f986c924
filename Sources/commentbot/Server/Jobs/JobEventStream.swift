import CommentCore
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// A job's or a batch's events as server-sent events, from the first one or after the last that was seen.
///
/// What the store says is the truth; the signal only tells when to look.
struct JobEventStream: Sendable {
  /// After which it is looked without a signal too.
  private static let pause = Duration.seconds(10)
  /// Between two signs of life.
  private static let heartbeat = Duration.seconds(15)
  /// Events of one look.
  private static let pageSize = 200

  let jobs: any JobStore
  let signal: JobEventSignal
  let subject: JobEventSubject
  /// Whether no more events come.
  let isOver: @Sendable () async throws -> Bool

  /// - Throws: ``ServiceFailure`` with status 400 when the number to go on after is none.
  func response(to request: Request) throws -> Response {
    let text = request.headers[.lastEventID] ?? Fields(query: request)["after"]
    guard let start = text.map({ Int64($0) }) ?? 0, start >= 0 else {
      throw ServiceFailure(
        .badRequest, "'\(text ?? "")' is no number of an event", param: "after", code: "malformed_parameter")
    }
    let body = ResponseBody { writer in
      // Told at once, so that a client knows that it listens.
      try await writer.write(ByteBuffer(string: ": listening\n\n"))
      try await writer.write(pieces(after: start).cancelOnGracefulShutdown())
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"], body: body)
  }

  /// Asked for one after the other: a client that does not read is not looked for.
  private func pieces(after start: Int64) -> AsyncThrowingStream<ByteBuffer, any Error> {
    let state = State(after: start)
    return AsyncThrowingStream { try await state.next(self) }
  }

  private actor State {
    private var last: Int64
    private var told = ContinuousClock.now
    private var isOver = false

    init(after start: Int64) {
      last = start
    }

    func next(_ stream: JobEventStream) async throws -> ByteBuffer? {
      while !Task.isCancelled {
        let seen = await stream.signal.newest
        let events = try await stream.jobs.events(of: stream.subject, after: last, limit: JobEventStream.pageSize)
        if let newest = events.last {
          (last, told) = (newest.sequence, .now)
          return ByteBuffer(string: events.map(JobEventStream.text).joined())
        }
        if isOver { return nil }
        // Asked before one more look: an event may come in between.
        isOver = try await stream.isOver()
        if isOver { continue }
        if ContinuousClock.now - told >= JobEventStream.heartbeat {
          told = .now
          return ByteBuffer(string: ": alive\n\n")
        }
        await stream.signal.wait(for: stream.subject, after: seen, atMost: JobEventStream.pause)
      }
      return nil
    }
  }

  /// The data is one line of JSON.
  private static func text(_ event: JobEvent) -> String {
    let time = event.at.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
    let data = "{\"job\":\"\(event.job)\",\"at\":\"\(time)Z\",\"\(event.kind.rawValue)\":\(event.data)}"
    return "id: \(event.sequence)\nevent: \(event.kind.rawValue)\ndata: \(data)\n\n"
  }
}
