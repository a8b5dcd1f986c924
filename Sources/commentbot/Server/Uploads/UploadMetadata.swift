import CommentCore
import Foundation
import HTTPTypes

/// The `Upload-Metadata` of the tus protocol: `filename dGFsay5tcDM=,job e30=`.
struct UploadMetadata: Equatable {
  /// As the client has sent it.
  let text: String
  private let values: [String: String]

  /// - Throws: ``ServiceFailure`` with status 400.
  init(_ text: String) throws {
    self.text = text
    var values: [String: String] = [:]
    for pair in text.split(separator: ",") {
      let words = pair.split(separator: " ").map(String.init)
      guard (1...2).contains(words.count), values[words[0]] == nil else { throw Self.malformed }
      guard let data = Data(base64Encoded: words.count == 2 ? words[1] : ""),
        let value = String(validating: data, as: UTF8.self)
      else { throw Self.malformed }
      values[words[0]] = value
    }
    self.values = values
  }

  /// The file's name without folders.
  var name: String {
    let name = values["filename"] ?? values["name"] ?? ""
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? "audio"
    return String(last.prefix(200))
  }

  /// The job to submit when the upload is whole: a JSON object of its fields; nil for none.
  var job: String? { values["job"].map { $0.isEmpty ? "{}" : $0 } }

  private static var malformed: ServiceFailure {
    ServiceFailure(
      .badRequest, "Upload-Metadata has keys with values in Base64, with commas between the pairs",
      param: "Upload-Metadata", code: "malformed_parameter")
  }
}
