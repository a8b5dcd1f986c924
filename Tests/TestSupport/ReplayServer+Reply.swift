public import Foundation

extension ReplayServer.Step {
  /// A whole answer with a Content-Length.
  public static func reply(
    _ body: String, status: Int = 200, headers: [String: String] = ["Content-Type": "application/json"]
  ) -> Self {
    reply(Data(body.utf8), status: status, headers: headers)
  }

  public static func reply(_ body: Data, status: Int = 200, headers: [String: String] = [:]) -> Self {
    let lines = headers.merging(["Content-Length": "\(body.count)"]) { own, _ in own }.sorted { $0.key < $1.key }
    return .send(Data("HTTP/1.1 \(status) Status\r\n\(lines.map { "\($0): \($1)\r\n" }.joined())\r\n".utf8) + body)
  }

  /// The head of an answer whose body comes in chunks.
  public static let chunkedHead = Self.send(
    Data("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))

  /// The bytes of several steps at once.
  public static func together(_ steps: [Self]) -> Self {
    .send(steps.reduce(into: Data()) { if case .send(let data) = $1 { $0 += data } })
  }

  /// One chunk of such a body; an empty one ends it.
  public static func chunk(_ data: Data) -> Self {
    .send(Data(String(data.count, radix: 16).utf8) + Data("\r\n".utf8) + data + Data("\r\n".utf8))
  }

  public static func chunk(_ text: String) -> Self { chunk(Data(text.utf8)) }

  /// The head and the chunks of a whole body, cut at the given positions.
  public static func chunked(_ body: Data, cutAt positions: [Int]) -> [Self] {
    let borders = [0] + positions.sorted() + [body.count]
    let pieces = zip(borders, borders.dropFirst()).map { body.dropFirst($0).prefix($1 - $0) }.filter { !$0.isEmpty }
    return [chunkedHead] + pieces.map { chunk(Data($0)) } + [chunk(Data())]
  }
}

/// The body of a recorded answer, freed of its head and of its chunks.
public func recordedBody(_ response: Data) throws -> Data {
  guard let head = response.range(of: Data("\r\n\r\n".utf8)) else { throw POSIXError(.EINVAL) }
  var rest = response[head.upperBound...]
  let lines = String(decoding: response[..<head.lowerBound], as: UTF8.self).lowercased()
  guard lines.contains("transfer-encoding: chunked") else { return Data(rest) }
  var body = Data()
  while let line = rest.range(of: Data("\r\n".utf8)) {
    let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16) ?? 0
    if size == 0 { break }
    body += rest[line.upperBound...].prefix(size)
    rest = rest[line.upperBound...].dropFirst(size + 2)
  }
  return body
}
