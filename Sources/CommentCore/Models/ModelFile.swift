public import Foundation

/// What a model is for.
public enum ModelKind: String, Codable, Sendable, CaseIterable {
  /// Speech to text: a file in whisper.cpp's ggml format.
  case whisper
  /// Voice activity detection: Silero's weights in whisper.cpp's ggml format.
  case vad
  /// A language model: a GGUF file.
  case llm

  /// Folder below the models' folder.
  var folder: String {
    switch self {
    case .whisper, .vad: "whisper"
    case .llm: "llm"
    }
  }
}

/// A model on this machine, with the hash that it had when it was installed or first seen.
public struct ModelFile: Codable, Sendable, Equatable {
  /// What it is for.
  public var kind: ModelKind
  /// The name that people type, such as `base`.
  public var name: String
  /// Where it lies.
  public var url: URL
  /// SHA-256 of the file, 64 lower-case hexadecimal digits.
  public var sha256: String
  /// Size in bytes.
  public var byteCount: Int
  /// Where it came from, in words for people.
  public var source: String

  public init(kind: ModelKind, name: String, url: URL, sha256: String, byteCount: Int, source: String) {
    self.kind = kind
    self.name = name
    self.url = url
    self.sha256 = sha256
    self.byteCount = byteCount
    self.source = source
  }
}

extension ModelFile {
  /// The order of lists: by kind as declared, then by name.
  static func precedes(_ left: ModelFile, _ right: ModelFile) -> Bool {
    let kinds = ModelKind.allCases
    return (kinds.firstIndex(of: left.kind) ?? 0, left.name) < (kinds.firstIndex(of: right.kind) ?? 0, right.name)
  }
}
