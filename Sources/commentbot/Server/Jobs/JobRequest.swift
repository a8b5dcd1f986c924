import CommentCore
import Foundation
import HTTPTypes

/// What a request to submit a job says beside its audio.
struct JobRequest: Sendable {
  /// Where the audio is, when it is not in the request itself.
  enum Source: Sendable, Equatable {
    case path(String)
    case audioHash(String)
  }

  var source: Source?
  /// The audio's name, for people.
  var name: String?
  var priority = 0
  var batch: String?
  var callbackURL: String?
  /// By the command line's names.
  var options: [String: String] = [:]

  /// Priorities that a request may ask for.
  static let priorities = -100...100

  /// - Parameter fields: values by name; those that are empty count as not given.
  /// - Throws: ``ServiceFailure`` naming the field that is wrong.
  init(_ fields: [String: String]) throws {
    var rest = fields.filter { !$0.value.isEmpty }
    let path = rest.removeValue(forKey: "path")
    let hash = rest.removeValue(forKey: "audio_hash")
    switch (path, hash) {
    case (nil, nil): break
    case (let path?, nil): source = .path(path)
    case (nil, let hash?):
      guard hash.wholeMatch(of: #/[0-9a-f]{64}/#) != nil else {
        throw Self.wrong("audio_hash", "it must have 64 hexadecimal digits in lower case")
      }
      source = .audioHash(hash)
    case (_?, _?): throw Self.wrong("path", "give either path or audio_hash")
    }
    name = try rest.removeValue(forKey: "name").map {
      guard $0.utf8.count <= 255 else { throw Self.wrong("name", "it is longer than 255 bytes") }
      return $0
    }
    batch = rest.removeValue(forKey: "batch")
    if let text = rest.removeValue(forKey: "priority") {
      guard let number = Int(text), Self.priorities.contains(number) else {
        throw Self.wrong("priority", "it must be a whole number from -100 to 100")
      }
      priority = number
    }
    if let url = rest.removeValue(forKey: "callback_url") {
      do {
        callbackURL = try WebhookAddress(url).url
      } catch let error as CommentBotError {
        throw Self.wrong("callback_url", error.cause)
      }
    }
    options = rest
  }

  /// For audio that comes by itself.
  /// - Throws: ``ServiceFailure`` when the request names another one.
  func requireNoSource() throws {
    switch source {
    case nil: return
    case .path: throw Self.wrong("path", "the audio is what is sent")
    case .audioHash: throw Self.wrong("audio_hash", "the audio is what is sent")
    }
  }

  static func wrong(_ field: String, _ message: String) -> ServiceFailure {
    ServiceFailure(.unprocessableContent, message, param: field, code: "wrong_value")
  }
}

/// A value of a JSON object, as the command line would have it written.
struct FieldValue: Decodable, Sendable {
  /// nil for `null`.
  var text: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() { return }
    if let flag = try? container.decode(Bool.self) {
      text = flag ? "True" : "False"
    } else if let number = try? container.decode(Int.self) {
      text = "\(number)"
    } else if let number = try? container.decode(Double.self) {
      text = "\(number)"
    } else if let word = try? container.decode(String.self) {
      text = word
    } else {
      text = try container.decode([FieldValue].self).compactMap(\.text).joined(separator: ",")
    }
  }

  static func fields(_ object: [String: FieldValue]) -> [String: String] { object.compactMapValues(\.text) }
}
