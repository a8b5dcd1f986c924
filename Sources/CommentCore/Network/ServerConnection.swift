internal import CCurl
public import Foundation

/// A connection to a server on which a request's head is sent by hand: to announce a body without sending it, and to
/// look at a certificate. Blocks; of one thread.
public final class ServerConnection {
  private let easy: UnsafeMutableRawPointer
  private let url: String

  /// Connects, through the environment's proxy as all requests do.
  /// - Parameter checksCertificate: without it any certificate is taken: then nothing secret may be sent.
  /// - Throws: ``CommentBotError`` with code `unreachable`, in whose cause libcurl says why.
  public init(_ url: String, checksCertificate: Bool = true, timeout: Duration = .seconds(5)) throws {
    guard let easy = curl_easy_init() else {
      throw CommentBotError(.io, "prepare", url, cause: "libcurl is out of memory")
    }
    (self.easy, self.url) = (easy, url)
    ccurl_set_string(easy, CURLOPT_URL, url)
    ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    ccurl_set_long(easy, CURLOPT_CONNECT_ONLY, 1)
    ccurl_set_long(easy, CURLOPT_CERTINFO, 1)
    // What is sent is HTTP/1.1.
    ccurl_set_long(easy, CURLOPT_SSL_ENABLE_ALPN, 0)
    ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(timeout / .milliseconds(1)))
    if CurlTransfer.isLoopback(url) { ccurl_set_string(easy, CURLOPT_PROXY, "") }
    if !checksCertificate {
      ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
      ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
    }
    let code = curl_easy_perform(easy)
    guard code == CURLE_OK else {
      throw CommentBotError(
        .unreachable, "reach", url, cause: String(cString: curl_easy_strerror(code)).lowercased())
    }
  }

  deinit {
    curl_easy_cleanup(easy)
  }

  /// When the server's certificate ends; nil without TLS, or where libcurl does not tell.
  public var certificateExpires: Date? {
    var pointer: UnsafeMutableRawPointer?
    ccurl_get_pointer(easy, CURLINFO_CERTINFO, &pointer)
    guard let certificates = pointer?.assumingMemoryBound(to: curl_certinfo.self).pointee,
      certificates.num_of_certs > 0
    else { return nil }
    // The first one is the server's own.
    var item = certificates.certinfo[0]
    while let entry = item?.pointee {
      let text = String(cString: entry.data)
      if text.hasPrefix("Expire date:") { return Self.date(String(text.dropFirst("Expire date:".count))) }
      item = entry.next
    }
    return nil
  }

  /// Sends the head of a request and waits for the answer's.
  /// - Returns: its status, 100 too; nil when the server sends none in time.
  /// - Throws: ``CommentBotError`` with code `unreachable` when the connection breaks.
  public func status(ofHead head: String, timeout: Duration = .seconds(3)) throws -> Int? {
    let deadline = ContinuousClock.now + timeout
    var rest = Array(head.utf8)[...]
    while !rest.isEmpty {
      var count = 0
      let code = rest.withUnsafeBytes { curl_easy_send(easy, $0.baseAddress, $0.count, &count) }
      guard code == CURLE_OK || code == CURLE_AGAIN else { throw broken(code) }
      rest = rest.dropFirst(count)
      if code == CURLE_AGAIN, !wait(for: POLLOUT, until: deadline) { return nil }
    }
    var answer = Data()
    while answer.firstIndex(of: UInt8(ascii: "\n")) == nil {
      var buffer = [UInt8](repeating: 0, count: 4096)
      var count = 0
      let code = curl_easy_recv(easy, &buffer, buffer.count, &count)
      guard code == CURLE_OK || code == CURLE_AGAIN else { throw broken(code) }
      if code == CURLE_AGAIN {
        guard wait(for: POLLIN, until: deadline) else { return nil }
        continue
      }
      guard count > 0 else { throw broken(CURLE_GOT_NOTHING) }
      answer += buffer[..<count]
    }
    let words = String(decoding: answer, as: UTF8.self).split(separator: " ")
    return words.first?.hasPrefix("HTTP/1.") == true ? words.dropFirst().first.flatMap { Int($0) } : nil
  }

  /// - Returns: false when nothing came before the deadline.
  private func wait(for event: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    var socket: curl_socket_t = -1
    ccurl_get_socket(easy, &socket)
    var request = pollfd(fd: socket, events: Int16(event), revents: 0)
    let left = max(0, (deadline - .now) / .milliseconds(1))
    return poll(&request, 1, Int32(clamping: Int(left))) > 0
  }

  private func broken(_ code: CURLcode) -> CommentBotError {
    CommentBotError(.unreachable, "read", url, cause: String(cString: curl_easy_strerror(code)).lowercased())
  }

  /// As OpenSSL writes it, or as the other libraries do.
  static func date(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    for format in ["MMM d HH:mm:ss yyyy zzz", "yyyy-MM-dd HH:mm:ss zzz"] {
      formatter.dateFormat = format
      let words = text.split(separator: " ").joined(separator: " ")
      if let date = formatter.date(from: words) { return date }
    }
    return nil
  }
}
