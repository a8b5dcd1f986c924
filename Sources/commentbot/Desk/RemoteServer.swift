import CommentCore
import Foundation

/// Another CommentBot's API.
struct RemoteServer: Sendable {
  private static let maxAnswerBytes = 64 << 20
  private static let timeouts = HTTPTimeouts(connect: .seconds(10), firstByte: .seconds(60), idle: .seconds(30))

  /// Without a slash at its end.
  private let address: String
  private let key: String?

  /// - Throws: ``CommentBotError`` with code `usage` when the address is none, or when the key would be readable on its
  ///   way.
  init(_ text: String, key: String?) throws {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.query == nil, parts.user == nil
    else {
      throw CommentBotError(
        .usage, "use", "--server \(text)", cause: "it is no address of a server", hint: "--server https://HOST")
    }
    let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host.lowercased())
    if key != nil, scheme != "https", !isHere {
      throw CommentBotError(
        .usage, "send the key to", text, cause: "anybody on the way could read it",
        hint: "use https, or an SSH tunnel to this machine: ssh -L 8080:127.0.0.1:8080 \(host)")
    }
    address = text.hasSuffix("/") ? String(text.dropLast()) : text
    self.key = key
  }

  func ask<Answer: Decodable>(
    _ method: HTTPRequest.Method, _ path: [String], query: [(String, String)] = [], body: HTTPRequest.Body? = nil
  ) async throws -> Answer {
    try decode(await send(method, path, query: query, body: body).body)
  }

  /// - Throws: ``CommentBotError`` as the server tells it.
  func send(
    _ method: HTTPRequest.Method, _ path: [String], query: [(String, String)] = [], body: HTTPRequest.Body? = nil
  ) async throws -> (response: HTTPResponse, body: Data) {
    var headers = [HTTPHeader("Accept", "application/json")]
    if let key { headers.append(HTTPHeader("Authorization", "Bearer \(key)")) }
    if case .data? = body { headers.append(HTTPHeader("Content-Type", "application/json")) }
    let items = query.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    let url = address + "/" + path.map(Self.escaped).joined(separator: "/") + (items.isEmpty ? "" : "?" + items)
    let response = try await CurlClient().send(
      HTTPRequest(method, url, headers: headers, body: body, timeouts: Self.timeouts))
    let answer = try await response.body.collect(limit: Self.maxAnswerBytes)
    guard (200..<300).contains(response.status) else { throw failure(response.status, answer, path) }
    return (response, answer)
  }

  /// - Throws: ``CommentBotError`` with code `badReply`.
  func decode<Answer: Decodable>(_ data: Data) throws -> Answer {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.dateDecodingStrategy = .iso8601
    do {
      return try decoder.decode(Answer.self, from: data)
    } catch {
      throw CommentBotError(
        .badReply, "understand", address, cause: "its answer is not that of a CommentBot of this version",
        hint: "curl \((address + "/health/live").shellQuoted)")
    }
  }

  private struct ProblemBody: Decodable {
    var detail: String
    var code: String
    var hint: String?
    var param: String?
  }

  private func failure(_ status: Int, _ body: Data, _ path: [String]) -> CommentBotError {
    let problem = try? JSONDecoder().decode(ProblemBody.self, from: body)
    let known = problem.flatMap { CommentBotError.Code(rawValue: $0.code) }
    let code = known ?? Self.code(of: status, problem?.code)
    let field = problem?.param.map { " (\($0))" } ?? ""
    let hint =
      status == 401
      ? "COMMENTBOT_API_KEY=… or --key-file FILE    # commentbot keys create, on the server, makes a key"
      : problem?.hint
    return CommentBotError(
      code, "ask \(address) for", path.dropFirst().joined(separator: "/"),
      cause: (problem?.detail ?? "it answered \(status)") + field, hint: hint)
  }

  /// Of problems that only requests have.
  private static func code(of status: Int, _ problem: String?) -> CommentBotError.Code {
    switch (status, problem) {
    case (_, "empty_file"), (_, "file_too_large"): .unreadableAudio
    case (401, _), (403, _): .permission
    case (404, _): .notFound
    case (429, _): .busy
    case (507, _): .diskFull
    case (500..., _): .serverError
    default: .usage
    }
  }

  private static func escaped(_ text: String) -> String {
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }
}
