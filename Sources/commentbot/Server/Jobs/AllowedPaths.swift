import CommentCore
import Foundation
import HTTPTypes

/// Files of this machine that requests may name: those below certain folders, wherever links lead.
struct AllowedPaths: Sendable {
  /// Without links.
  private let roots: [[String]]

  /// - Throws: ``CommentBotError`` with code `configuration` when a folder is not there.
  init(_ folders: [String]) throws {
    roots = try folders.map { folder in
      guard let path = Self.real(folder) else {
        throw CommentBotError(
          .configuration, "allow the folder", folder, cause: "there is no such folder",
          hint: "mkdir -p \(folder.shellQuoted)")
      }
      return Self.parts(path)
    }
  }

  /// The file without links. What is not allowed and what is not there are answered alike: nobody learns what is
  /// elsewhere.
  /// - Throws: ``ServiceFailure`` with status 403 or 422.
  func file(_ path: String) throws -> URL {
    guard !roots.isEmpty else {
      throw ServiceFailure(
        .forbidden, "this server takes no paths", param: "path", code: "paths_not_allowed",
        hint: "commentbot serve --allow-path FOLDER    # or send the file itself")
    }
    let isUsable = path.hasPrefix("/") && !path.utf8.contains(0)
    guard isUsable, let real = Self.real(path), roots.contains(where: { Self.parts(real).starts(with: $0) }) else {
      throw ServiceFailure(
        .unprocessableContent, "there is no such file in the folders that are allowed", param: "path",
        code: "path_not_allowed", hint: "give the absolute path of a file in one of them")
    }
    return URL(filePath: real)
  }

  private static func parts(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
