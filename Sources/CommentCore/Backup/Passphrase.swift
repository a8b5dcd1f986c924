public import Foundation

/// What a backup is encrypted with. It comes from a file, never from a command line, which everybody on the machine
/// sees.
public struct Passphrase: Sendable {
  /// Characters that a new backup's has at the least.
  private static let leastCount = 12

  /// Where it came from, for errors.
  public let file: URL
  let bytes: Data

  /// The file's text, without the line break at its end.
  /// - Throws: ``CommentBotError`` with code `configuration`.
  public init(file: URL) throws {
    self.file = file
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    } catch {
      throw Self.failure(file, "it cannot be read: \(CommentBotError(fileError: error, "read", file.path).cause)")
    }
    guard text.count >= Self.leastCount else {
      throw Self.failure(file, "a passphrase must have \(Self.leastCount) characters or more")
    }
    bytes = Data(text.utf8)
  }

  private static func failure(_ file: URL, _ cause: String) -> CommentBotError {
    CommentBotError(
      .configuration, "use", "the passphrase in \(file.path)", cause: cause,
      hint: "openssl rand -base64 32 > \(file.path.shellQuoted)    # and keep a copy of it where the backups are not")
  }
}
