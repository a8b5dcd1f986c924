/// HTTP over libcurl. All clients share one thread and one pool of connections; proxies come from the environment.
public struct CurlClient: Sendable {
  public init() {}

  /// Sends the request and waits for the head of the answer, whatever its status.
  ///
  /// Cancelling the task, or the one that reads the body, closes the connection at once.
  /// - Throws: ``CommentBotError`` with code `unreachable` when there is no connection or no answer in time, `usage`
  ///   when the request is malformed; `CancellationError`.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let loop = CurlLoop.shared
    let exchange = HTTPExchange(url: request.url, loop: loop)
    let body = HTTPBody(exchange)
    loop.post(.start(request, exchange))
    let head = try await exchange.head()
    return HTTPResponse(status: head.status, headers: head.headers, body: body)
  }
}
