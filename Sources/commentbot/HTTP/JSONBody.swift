import Foundation
import HTTPTypes
import Hummingbird

extension ServiceContext {
  /// Bytes that a body of JSON may have.
  static let maxJSONBytes = 1 << 20

  /// The request's body, with snake_case keys.
  /// - Throws: ``ServiceFailure`` with status 400, 413 or 415.
  func json<Value: Decodable>(_ type: Value.Type = Value.self, from request: Request) async throws -> Value {
    let kind = request.headers[.contentType].map { HeaderParameters($0).value }
    guard kind == "application/json" else {
      throw ServiceFailure(
        .unsupportedMediaType, "the body must be application/json", code: "wrong_media_type",
        headers: [.accept: "application/json"])
    }
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.maxJSONBytes {
      throw Self.tooLarge
    }
    try await invite(request)
    var bytes: [UInt8] = []
    for try await buffer in request.body {
      guard bytes.count + buffer.readableBytes <= Self.maxJSONBytes else { throw Self.tooLarge }
      bytes.append(contentsOf: buffer.readableBytesView)
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Value.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw ServiceFailure(malformed: error)
    }
  }

  private static var tooLarge: ServiceFailure {
    ServiceFailure(.contentTooLarge, "the body has more than \(maxJSONBytes) bytes", code: "body_too_large")
  }
}

extension ServiceFailure {
  /// A body of JSON that is not as it should be.
  init(malformed error: DecodingError) {
    let (context, missing): (DecodingError.Context, (any CodingKey)?) =
      switch error {
      case .keyNotFound(let key, let context): (context, key)
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): (context, nil)
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: "it cannot be read"), nil)
      }
    let path = (context.codingPath + [missing].compactMap { $0 }).map(\.stringValue).joined(separator: ".")
    let message =
      missing == nil ? "'\(path)' is malformed: \(context.debugDescription)" : "the field '\(path)' is missing"
    self.init(
      .badRequest, path.isEmpty ? "the body is malformed: \(context.debugDescription)" : message,
      param: path.isEmpty ? nil : path, code: "malformed_body")
  }
}
