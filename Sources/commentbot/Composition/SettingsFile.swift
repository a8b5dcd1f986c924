import CommentCore
import Foundation
import Yams

/// Finds what nobody would read in `data/config/commentbot.yml`: a misspelt key would be without effect.
enum SettingsFile {
  static let keys = Set(Setting.all.map(\.key))

  /// - Throws: ``CommentBotError`` with code `configuration`, naming the key; what the YAML parser throws; nothing when
  ///   there is no such file.
  static func requireKnownKeys(_ file: URL) throws {
    guard let text = try? String(contentsOf: file, encoding: .utf8), let root = try Yams.compose(yaml: text) else {
      return
    }
    guard let unknown = names(in: root).first(where: { !keys.contains($0) }) else { return }
    throw CommentBotError(
      .configuration, "use", "\(unknown) in \(file.path)", cause: "there is no such key",
      hint: "remove it, or use one of \(keys.sorted().joined(separator: ", "))")
  }

  /// The paths of all values, with dots between the keys.
  private static func names(in node: Node, below path: String = "") -> [String] {
    // A section whose lines are all comments says nothing.
    if node.null != nil, path.isEmpty || keys.contains(where: { $0.hasPrefix(path + ".") }) { return [] }
    guard let mapping = node.mapping else { return path.isEmpty ? [] : [path] }
    return mapping.flatMap { key, value in
      names(in: value, below: (path.isEmpty ? "" : path + ".") + (key.string ?? "?"))
    }
  }
}
