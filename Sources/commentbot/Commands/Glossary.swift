import CommentCore
import Foundation

/// A file of names and terms, one a line; empty lines and those that begin with # are left out.
enum Glossary {
  /// The terms with commas between them, as a prompt lists them.
  /// - Throws: ``CommentBotError`` when the file cannot be read.
  static func read(_ path: String) throws -> String {
    let url = URL(filePath: path)
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      let isThere = FileManager.default.fileExists(atPath: url.path)
      throw CommentBotError(
        isThere ? .permission : .inputMissing, "read the glossary", path,
        cause: isThere ? "it cannot be read" : "there is no such file",
        hint: "ls -l \(url.deletingLastPathComponent().path.shellQuoted)    # shows what is there")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw CommentBotError(
        .usage, "read the glossary", path, cause: "it is not UTF-8 text",
        hint: "save it as plain text in UTF-8, one term a line")
    }
    return text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("#") }
      .joined(separator: ", ")
  }
}
