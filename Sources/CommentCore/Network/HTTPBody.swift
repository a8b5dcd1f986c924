public import Foundation

/// The bytes of an answer in the pieces in which they arrive; for one reader, once.
///
/// A reader that is slow stops the server: no more than ``HTTPExchange/highWater`` bytes wait here.
/// Cancelling the reading task, or dropping the body before its end, closes the connection at once.
public final class HTTPBody: AsyncSequence, Sendable {
  /// Bytes as they arrive, in pieces of any size.
  public typealias Element = Data

  private let exchange: HTTPExchange

  init(_ exchange: HTTPExchange) {
    self.exchange = exchange
  }

  deinit {
    exchange.cancel()
  }

  public func makeAsyncIterator() -> Iterator { Iterator(body: self) }

  /// Gives the pieces in the order in which they arrive.
  public struct Iterator: AsyncIteratorProtocol {
    /// Keeps the body, and so the connection, for as long as it is read.
    let body: HTTPBody

    /// - Throws: ``CommentBotError`` with code `unreachable` when the connection breaks or nothing arrives for too
    ///   long; `CancellationError`.
    public mutating func next() async throws -> Data? {
      try await body.exchange.nextChunk()
    }
  }

  /// The whole body.
  /// - Throws: ``CommentBotError`` with code `badReply` when it is longer than `limit` bytes, and what reading throws.
  public func collect(limit: Int) async throws -> Data {
    var whole = Data()
    for try await chunk in self {
      guard whole.count + chunk.count <= limit else {
        throw CommentBotError(.badReply, "read", exchange.url, cause: "the answer is longer than \(limit) bytes")
      }
      whole.append(chunk)
    }
    return whole
  }

  /// The body's lines without their `\n`; the last one may lack it.
  /// - Parameter limit: bytes that a line may have; a longer one throws ``CommentBotError`` with code `badReply`.
  public func lines(limit: Int) -> HTTPLines {
    HTTPLines(body: self, limit: limit, subject: exchange.url)
  }
}

/// The lines of a body, for NDJSON.
public struct HTTPLines: AsyncSequence, Sendable {
  let body: HTTPBody
  let limit: Int
  let subject: String

  public func makeAsyncIterator() -> Iterator {
    Iterator(chunks: body.makeAsyncIterator(), splitter: LineSplitter(limit: limit), subject: subject)
  }

  /// Gives one line after the other.
  public struct Iterator: AsyncIteratorProtocol {
    var chunks: HTTPBody.Iterator
    var splitter: LineSplitter
    let subject: String

    /// - Throws: ``CommentBotError`` with code `badReply` when a line is too long, and what reading the body throws.
    public mutating func next() async throws -> Data? {
      do {
        while true {
          if let line = try splitter.nextLine() { return line }
          guard let chunk = try await chunks.next() else { return splitter.rest() }
          splitter.append(chunk)
        }
      } catch is LineSplitter.LineTooLong {
        throw CommentBotError(.badReply, "read", subject, cause: "a line is longer than \(splitter.limit) bytes")
      }
    }
  }
}
