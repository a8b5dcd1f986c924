import CommentCore
import Foundation

/// A kind of comments in a list, as JSON.
struct PromptLine: Encodable {
  var name: String
  var title: String?
  var description: String?
  /// Whether it is written when no kinds are named.
  var isDefault: Bool
  /// nil when it is as it was shipped, and where others would see it.
  var path: String?
  var fault: String?

  /// - Parameter showsPaths: whether whoever reads it has the files.
  init(_ entry: CommentKinds.Entry, showsPaths: Bool = false) {
    (name, isDefault) = (entry.name, CommentKind.defaultNames.contains(entry.name))
    path = showsPaths ? entry.file?.path : nil
    switch entry.result {
    case .success(let kind): (title, description) = (kind.title, kind.description)
    case .failure(let error): fault = showsPaths ? "\(error.subject): \(error.cause)" : error.cause
    }
  }
}
