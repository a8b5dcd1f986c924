import ArgumentParser
import CommentCore
import Foundation

/// Whose jobs: this machine's, or a server's.
struct DeskFlags: ParsableArguments {
  @Option(
    help: "A server's address, such as https://host; COMMENTBOT_SERVER when absent, else the library of this machine.")
  var server: String?

  @Option(
    name: TranscriptionFlags.both("key_file"),
    help: "File of the server's key; else COMMENTBOT_API_KEY. It is sent over https and to this machine only.",
    completion: .file())
  var keyFile: String?

  /// - Throws: ``CommentBotError`` with code `usage`, `inputMissing`, or why the library cannot be opened.
  func desk(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> any JobDesk {
    guard let server = server ?? environment["COMMENTBOT_SERVER"], !server.isEmpty else {
      return try await LocalJobDesk()
    }
    return RemoteJobDesk(server: try RemoteServer(server, key: try key(environment)))
  }

  private func key(_ environment: [String: String]) throws -> String? {
    guard let keyFile else {
      let key = environment["COMMENTBOT_API_KEY"] ?? ""
      return key.isEmpty ? nil : key
    }
    do {
      return try String(contentsOfFile: keyFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw CommentBotError(
        .inputMissing, "read", "--key-file \(keyFile)", cause: "it cannot be read", hint: "ls -l \(keyFile.shellQuoted)"
      )
    }
  }
}
