public import Foundation

/// A file to be processed: its bytes' identity before anything is decoded.
public struct SourceFile: Sendable, Equatable {
  /// The file to read; of standard input its copy.
  public var url: URL
  /// Base name without extension; `stdin` for standard input.
  public var name: String
  /// Where it came from; `-` for standard input.
  public var path: String
  /// SHA-256 of the bytes, 64 hexadecimal digits.
  public var sha256: String
  /// Size in bytes.
  public var byteCount: Int

  /// Reads the whole file once.
  /// - Parameter name: of a file that does not bear its recording's name; nil for the file's own.
  /// - Throws: ``CommentBotError`` with code `inputMissing`, `permission`, `unreadableAudio` (empty) or `io`.
  public init(reading url: URL, name: String? = nil, isStandardInput: Bool = false) throws {
    let digest = try FileDigest.sha256(of: url)
    guard digest.byteCount > 0 else {
      throw CommentBotError(
        .unreadableAudio, "process", url.path, cause: isStandardInput ? "nothing came" : "the file is empty",
        hint: isStandardInput ? "commentbot process - < FILE" : MediaInput.copyAgain)
    }
    self.url = url
    self.name = isStandardInput ? "stdin" : name ?? url.deletingPathExtension().lastPathComponent
    path = isStandardInput ? "-" : url.path
    sha256 = digest.hex
    byteCount = digest.byteCount
  }

  func recording(_ facts: AudioFacts) -> Recording {
    Recording(sha256: sha256, name: name, path: path, byteCount: byteCount, facts: facts)
  }
}
