internal import CCurl
import Foundation

/// One libcurl easy handle and what its callbacks need. Lives on the loop's thread only.
///
/// libcurl keeps pointers to this object, to the header list and to the request's bytes until the handle is freed,
/// and frees none of them: all end with this object, after ``easy``.
final class CurlTransfer {
  let easy: UnsafeMutableRawPointer
  let exchange: HTTPExchange
  private let request: HTTPRequest
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var pinList: UnsafeMutablePointer<curl_slist>?
  private var form: OpaquePointer?
  /// When the deadline was looked at last.
  private var sentBytes: curl_off_t = 0
  private var bodyBytes: UnsafeMutableBufferPointer<CChar>?
  /// The head as far as it has arrived.
  private var head = HTTPExchange.Head(status: 0, headers: [])
  private var isHeadDelivered = false
  /// When the server has to have sent something; nil while the reader is what is slow.
  private(set) var deadline: ContinuousClock.Instant?

  /// - Throws: ``CommentBotError`` with code `usage` for a request that cannot be sent as it is.
  init(_ request: HTTPRequest, exchange: HTTPExchange) throws {
    guard let easy = curl_easy_init() else {
      throw CommentBotError(.io, "prepare", request.url, cause: "libcurl is out of memory")
    }
    self.easy = easy
    self.request = request
    self.exchange = exchange
    try configure()
    deadline = .now + request.timeouts.connect + request.timeouts.firstByte
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(headerList)
    curl_slist_free_all(pinList)
    curl_mime_free(form)
    bodyBytes?.deallocate()
  }

  /// Goes on after a pause.
  func resume() {
    deadline = .now + request.timeouts.idle
    curl_easy_pause(easy, CURLPAUSE_CONT)
  }

  /// Whether more of the request was sent since the last deadline: then the server has time anew.
  func extendWhileSending() -> Bool {
    guard form != nil, !isHeadDelivered else { return false }
    var sent: curl_off_t = 0
    ccurl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T, &sent)
    guard sent > sentBytes else { return false }
    sentBytes = sent
    deadline = .now + request.timeouts.firstByte
    return true
  }

  /// What to tell the reader when the deadline has passed.
  var timeoutError: CommentBotError {
    let waited = isHeadDelivered ? request.timeouts.idle : request.timeouts.firstByte
    return CommentBotError(
      .unreachable, "read", request.url, cause: "nothing arrived for \(waited)")
  }

  /// Ends the exchange with libcurl's result.
  func finish(_ code: CURLcode) {
    guard code != CURLE_OK else {
      deliverHead()
      exchange.finish(.success(()))
      return
    }
    let cause = String(cString: curl_easy_strerror(code)).lowercased()
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      exchange.finish(.failure(CommentBotError(.usage, "open", request.url, cause: cause)))
    default:
      let operation = isHeadDelivered ? "read" : "reach"
      exchange.finish(.failure(CommentBotError(.unreachable, operation, request.url, cause: cause)))
    }
  }

  // MARK: - Callbacks

  fileprivate func receiveHeader(_ line: String) {
    guard !isHeadDelivered else { return }
    if line.hasPrefix("HTTP/") {
      // A new head: after an interim answer or a redirect.
      head = .init(status: line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0, headers: [])
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
      head.headers.append(HTTPHeader(String(line[..<colon]), value))
    } else if line.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
      let isFollowed = request.maxRedirects > 0 && (300..<400).contains(head.status)
      if head.status >= 200, !isFollowed { deliverHead() }
    }
    deadline = .now + (isHeadDelivered ? request.timeouts.idle : request.timeouts.firstByte)
  }

  fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    deliverHead()
    let isTaken = exchange.deliver(Data(bytes))
    deadline = isTaken ? .now + request.timeouts.idle : nil
    return isTaken
  }

  private func deliverHead() {
    guard !isHeadDelivered else { return }
    isHeadDelivered = true
    exchange.deliver(head)
  }

  // MARK: - Options

  private func configure() throws {
    try check(ccurl_set_string(easy, CURLOPT_URL, request.url))
    try check(ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"))
    try check(ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1))
    try check(ccurl_set_string(easy, CURLOPT_USERAGENT, "commentbot"))
    let connect = max(1, request.timeouts.connect / .milliseconds(1))
    try check(ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(min(connect, 86_400_000))))
    // A CONNECT proxy's own headers are none of the answer's.
    try check(ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1))
    // libcurl takes proxies from the environment; as in most clients, never for this machine itself.
    if Self.isLoopback(request.url) { try check(ccurl_set_string(easy, CURLOPT_PROXY, "")) }
    if request.maxRedirects > 0 {
      try check(ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 1))
      try check(ccurl_set_long(easy, CURLOPT_MAXREDIRS, request.maxRedirects))
      let safe = request.url.lowercased().hasPrefix("https:") ? "https" : "http,https"
      try check(ccurl_set_string(easy, CURLOPT_REDIR_PROTOCOLS_STR, safe))
    }
    if let address = request.pinnedAddress { try pin(address) }
    try setMethodAndBody()
    try setHeaders()

    let this = Unmanaged.passUnretained(self).toOpaque()
    try check(ccurl_set_pointer(easy, CURLOPT_PRIVATE, this))
    try check(ccurl_set_pointer(easy, CURLOPT_HEADERDATA, this))
    try check(ccurl_set_pointer(easy, CURLOPT_WRITEDATA, this))
    try check(
      ccurl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, this in
        guard let bytes, let this else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        Unmanaged<CurlTransfer>.fromOpaque(this).takeUnretainedValue()
          .receiveHeader(String(decoding: line, as: UTF8.self))
        return size * count
      })
    try check(
      ccurl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, this in
        guard let bytes, let this else { return 0 }
        let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
        let isTaken = Unmanaged<CurlTransfer>.fromOpaque(this).takeUnretainedValue().receive(chunk)
        return isTaken ? size * count : Int(CURL_WRITEFUNC_PAUSE)
      })
  }

  /// Unlike CURLOPT_RESOLVE, which writes into the cache of names that all transfers share, this holds for one
  /// transfer.
  private func pin(_ address: String) throws {
    let port = URLComponents(string: request.url)?.port ?? (request.url.lowercased().hasPrefix("https:") ? 443 : 80)
    pinList = curl_slist_append(nil, "::\(address.contains(":") ? "[\(address)]" : address):\(port)")
    try check(ccurl_set_list(easy, CURLOPT_CONNECT_TO, pinList))
    try check(ccurl_set_string(easy, CURLOPT_PROXY, ""))
  }

  private func setForm(_ parts: [HTTPRequest.FormPart]) throws {
    form = curl_mime_init(easy)
    for part in parts {
      let mime = curl_mime_addpart(form)
      switch part {
      case .field(let name, let value):
        try check(curl_mime_name(mime, name))
        try check(curl_mime_data(mime, value, value.utf8.count))
      case .file(let name, let file, let filename):
        try check(curl_mime_name(mime, name))
        try check(curl_mime_filedata(mime, file.path))
        try check(curl_mime_filename(mime, filename))
      }
    }
    try check(ccurl_set_pointer(easy, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(form)))
  }

  private func setMethodAndBody() throws {
    switch request.method {
    case .get: break
    case .head: try check(ccurl_set_long(easy, CURLOPT_NOBODY, 1))
    case .post: try check(ccurl_set_long(easy, CURLOPT_POST, 1))
    case .delete: try check(ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue))
    }
    switch request.body {
    case .data(let data):
      let bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(1, data.count))
      bodyBytes = bytes
      _ = data.copyBytes(to: bytes)
      try check(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(data.count)))
      try check(ccurl_set_string(easy, CURLOPT_POSTFIELDS, bytes.baseAddress))
    case .form(let parts): try setForm(parts)
    case nil:
      if request.method == .post { try check(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)) }
    }
  }

  private func setHeaders() throws {
    for header in request.headers {
      let line = "\(header.name): \(header.value)"
      guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        throw CommentBotError(
          .usage, "send", request.url, cause: "header \(header.name.debugDescription) has a line end")
      }
      guard let list = curl_slist_append(headerList, line) else {
        throw CommentBotError(.io, "prepare", request.url, cause: "libcurl is out of memory")
      }
      headerList = list
    }
    try check(ccurl_set_list(easy, CURLOPT_HTTPHEADER, headerList))
  }

  private func check(_ code: CURLcode) throws {
    guard code == CURLE_OK else {
      throw CommentBotError(.usage, "prepare", request.url, cause: String(cString: curl_easy_strerror(code)))
    }
  }

  /// Whether the address names this machine.
  static func isLoopback(_ url: String) -> Bool {
    guard let host = URLComponents(string: url)?.host?.lowercased() else { return false }
    let isIPv4 = host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    return isIPv4 || ["localhost", "::1", "[::1]"].contains(host)
  }
}
