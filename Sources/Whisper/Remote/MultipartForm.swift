import Foundation

/// The body of a `multipart/form-data` request, as RFC 7578 has it.
struct MultipartForm {
  /// Cannot stand in the values: it is random.
  private let boundary = "commentbot-\(UUID().uuidString)"
  private var bytes = Data()

  var contentType: String { "multipart/form-data; boundary=\(boundary)" }

  var data: Data { bytes + Data("--\(boundary)--\r\n".utf8) }

  mutating func add(_ name: String, _ value: String) {
    add("form-data; name=\"\(name)\"", type: nil, Data(value.utf8))
  }

  mutating func add(_ name: String, file: String, type: String, _ content: Data) {
    add("form-data; name=\"\(name)\"; filename=\"\(file)\"", type: type, content)
  }

  private mutating func add(_ disposition: String, type: String?, _ content: Data) {
    let type = type.map { "Content-Type: \($0)\r\n" } ?? ""
    bytes += Data("--\(boundary)\r\nContent-Disposition: \(disposition)\r\n\(type)\r\n".utf8)
    bytes += content
    bytes += Data("\r\n".utf8)
  }
}
