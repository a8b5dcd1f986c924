public import Foundation

/// A file to fetch and what it must be.
public struct Download: Sendable {
  /// http or https.
  public var url: String
  /// Where it goes. Until it is whole and checked it grows beside this as `.part`.
  public var file: URL
  /// 64 lower-case hexadecimal digits.
  public var sha256: String
  /// Size in bytes, when it is known beforehand.
  public var byteCount: Int?
  /// How long to wait for signs of progress.
  public var timeouts = HTTPTimeouts()

  public init(_ url: String, to file: URL, sha256: String, byteCount: Int? = nil) {
    self.url = url
    self.file = file
    self.sha256 = sha256
    self.byteCount = byteCount
  }
}

extension CurlClient {
  /// Fetches a file, going on where an interrupted attempt stopped.
  ///
  /// The file appears under its name only when its bytes have the expected SHA-256 and are on the disk.
  /// - Parameter progress: bytes there so far and in all, when the server says so.
  /// - Throws: ``CommentBotError``: `unreachable` (call again to go on), `serverError` for a status that is no success
  ///   or bytes that are not the expected ones, `busy` when another process downloads it, `diskFull`, `permission`,
  ///   `io`.
  public func download(
    _ download: Download, progress: @Sendable (_ done: Int, _ total: Int?) -> Void = { _, _ in }
  ) async throws {
    let part = PartFile(download.file)
    do {
      try await fetch(download, into: part, progress: progress)
    } catch {
      await part.close()
      throw error
    }
  }

  private func fetch(
    _ download: Download, into part: PartFile, progress: @Sendable (_ done: Int, _ total: Int?) -> Void
  ) async throws {
    let start = try await part.open()
    if start > 0, start == download.byteCount { return try await part.complete(download) }

    let range = start > 0 ? [HTTPHeader("Range", "bytes=\(start)-")] : []
    let response = try await send(
      HTTPRequest(.get, download.url, headers: range, timeouts: download.timeouts, maxRedirects: 5))
    var done = start
    switch response.status {
    case 206 where response.header("Content-Range")?.hasPrefix("bytes \(start)-") == true: break
    case 200:
      // The server does not resume: from the beginning.
      try await part.restart()
      done = 0
    case 416 where start > 0:
      // The part is already as long as the file, or longer: the checksum tells.
      return try await part.complete(download)
    default:
      throw CommentBotError(.serverError, "download", download.url, cause: "the server answered \(response.status)")
    }
    let total = response.header("Content-Length").flatMap { Int($0) }.map { done + $0 } ?? download.byteCount
    progress(done, total)
    for try await chunk in response.body {
      try await part.append(chunk)
      done += chunk.count
      progress(done, total)
    }
    try await part.complete(download)
  }
}
