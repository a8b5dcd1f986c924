import CommentCore
import Foundation

/// Measures how large an upload may be by announcing bodies that are never sent.
struct UploadProbe: Sendable {
  private let url: String
  private let host: String
  private let path: String

  init?(_ url: String) {
    guard let parts = URLComponents(string: url), let name = parts.host else { return nil }
    self.url = url
    host = name + (parts.port.map { ":\($0)" } ?? "")
    path = parts.percentEncodedPath + "/v1/jobs"
  }

  /// Blocks.
  /// - Returns: about the largest number of bytes that is not refused; nil when so many are not.
  /// - Throws: ``CommentBotError`` with code `unreachable`.
  func limit(upTo wanted: Int) throws -> Int? {
    guard try isRefused(wanted) else { return nil }
    var (taken, refused) = (1.0, Double(wanted))
    // Within two per cent.
    while refused / taken > 1.02 {
      let middle = (taken * refused).squareRoot()
      if try isRefused(Int(middle)) { refused = middle } else { taken = middle }
    }
    return Int(taken)
  }

  private func isRefused(_ count: Int) throws -> Bool {
    let head = """
      POST \(path) HTTP/1.1\r
      Host: \(host)\r
      User-Agent: commentbot\r
      Content-Type: multipart/form-data; boundary=commentbot\r
      Content-Length: \(count)\r
      Expect: 100-continue\r
      Connection: close\r
      \r\n
      """
    // Whether its certificate is trusted is another check's to tell; nothing secret is sent.
    return try ServerConnection(url, checksCertificate: false).status(ofHead: head) == 413
  }
}
