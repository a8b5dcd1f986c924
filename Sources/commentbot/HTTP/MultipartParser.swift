import Foundation
import HTTPTypes

/// Takes `multipart/form-data` apart while it arrives, in pieces of any size; holds no more than a piece and a header.
///
/// The format is that of RFC 7578 and RFC 2046, section 5.1.1: each part stands behind `CRLF--boundary`, the last is
/// followed by `CRLF--boundary--`.
struct MultipartParser {
  enum Event: Equatable {
    /// A part begins; a file has a file name.
    case part(name: String, filename: String?)
    /// The next bytes of the part; never none.
    case data([UInt8])
    case endOfPart
  }

  private enum State {
    case preamble, delimiter, headers, body, done
  }

  private static let maxHeaderBytes = 16 << 10
  private let delimiter: [UInt8]
  private var state = State.preamble
  /// What could not be told yet. The first delimiter may stand at the very start, without the line break before it.
  private var pending: [UInt8] = Array("\r\n".utf8)

  /// - Parameter contentType: of the request.
  /// - Throws: ``ServiceFailure`` when it is not `multipart/form-data` with a boundary.
  init(contentType: String?) throws {
    guard let header = contentType.map(HeaderParameters.init), header.value == "multipart/form-data",
      let boundary = header.parameters["boundary"], (1...200).contains(boundary.utf8.count)
    else {
      throw ServiceFailure(.badRequest, "the body must be multipart/form-data with a boundary")
    }
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// - Throws: ``ServiceFailure`` when the body is malformed.
  mutating func feed(_ bytes: some Sequence<UInt8>) throws -> [Event] {
    pending.append(contentsOf: bytes)
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  /// - Throws: ``ServiceFailure`` when the body ended too early.
  func finish() throws {
    guard case .done = state else { throw ServiceFailure(.badRequest, "the multipart body was cut off") }
  }

  /// - Returns: whether there may be more to tell without further bytes.
  private mutating func step(_ events: inout [Event]) throws -> Bool {
    switch state {
    case .preamble:
      let found = take(until: delimiter) != nil
      if found { state = .delimiter }
      return found
    case .delimiter:
      guard pending.count >= 2 else { return false }
      if pending.starts(with: Array("--".utf8)) {
        state = .done
        return true
      }
      guard let end = position(of: Array("\r\n".utf8)) else {
        if pending.count > 256 { throw Self.malformed }
        return false
      }
      guard pending[..<end].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { throw Self.malformed }
      // The line break stays: a part without headers has the two that end them.
      pending.removeFirst(end)
      state = .headers
      return true
    case .headers:
      guard let end = position(of: Array("\r\n\r\n".utf8)) else {
        if pending.count > Self.maxHeaderBytes { throw Self.malformed }
        return false
      }
      events.append(try Self.part(String(decoding: pending[..<end], as: UTF8.self)))
      pending.removeFirst(end + 4)
      state = .body
      return true
    case .body:
      let last = take(until: delimiter)
      if let bytes = last ?? takeAllButDelimiter(), !bytes.isEmpty { events.append(.data(bytes)) }
      guard last != nil else { return false }
      events.append(.endOfPart)
      state = .delimiter
      return true
    case .done:
      // What follows the last part means nothing.
      pending = []
      return false
    }
  }

  /// What stands before the mark; that and the mark are gone then. nil when the mark is not there.
  private mutating func take(until mark: [UInt8]) -> [UInt8]? {
    guard let position = position(of: mark) else { return nil }
    let bytes = Array(pending[..<position])
    pending.removeFirst(position + mark.count)
    return bytes
  }

  /// All bytes but those that may be the beginning of a delimiter.
  private mutating func takeAllButDelimiter() -> [UInt8]? {
    let count = pending.count - (delimiter.count - 1)
    guard count > 0 else { return nil }
    let bytes = Array(pending[..<count])
    pending.removeFirst(count)
    return bytes
  }

  /// Where the mark, which begins with a carriage return, stands first.
  private func position(of mark: [UInt8]) -> Int? {
    pending.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress else { return nil }
      var start = 0
      while bytes.count - start >= mark.count {
        guard let found = memchr(base + start, Int32(mark[0]), bytes.count - start - mark.count + 1) else { return nil }
        let position = UnsafeRawPointer(found) - base
        if memcmp(found, mark, mark.count) == 0 { return position }
        start = position + 1
      }
      return nil
    }
  }

  private static func part(_ headers: String) throws -> Event {
    for line in headers.components(separatedBy: "\r\n") {
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else { continue }
      let header = HeaderParameters(String(line[line.index(after: colon)...]))
      guard header.value == "form-data", let name = header.parameters["name"] else { continue }
      return .part(name: name, filename: header.parameters["filename"])
    }
    throw ServiceFailure(.badRequest, "a part of the multipart body has no name")
  }

  private static var malformed: ServiceFailure { ServiceFailure(.badRequest, "the multipart body is malformed") }
}
