import Foundation

/// How models' names and file names go together.
enum ModelName {
  /// Files below the models' folder that a model of this name may be in, the best first.
  static func files(for name: String, kind: ModelKind, weights: WeightType) -> [String] {
    switch kind {
    case .whisper:
      let types = [weights] + WeightType.allCases.filter { $0 != weights }
      return types.map { file(for: name, kind: kind, weights: $0) }
    case .vad, .llm:
      return [file(for: name, kind: kind, weights: nil)]
    }
  }

  /// Where a model is installed, as a path below the models' folder.
  static func file(for name: String, kind: ModelKind, weights: WeightType?) -> String {
    switch kind {
    case .whisper: "\(kind.folder)/ggml-\(name)\(weights == .bf16 ? "-bf16" : "").bin"
    case .vad: "\(kind.folder)/ggml-\(name == ModelCatalog.vadName ? "silero-v6.2.0" : name).bin"
    case .llm: "\(kind.folder)/\(name == ModelCatalog.llmName ? "smollm2-135m-instruct-q4_1" : name).gguf"
    }
  }

  static func weights(of file: String) -> WeightType { file.hasSuffix("-bf16.bin") ? .bf16 : .f16 }

  /// The name that a file or folder gives its model: `ggml-base-bf16.bin` and `faster-whisper-base` are both `base`.
  static func ofFile(_ file: String) -> String {
    var name = Substring(file)
    for suffix in [".bin", ".gguf", "-bf16"] where name.hasSuffix(suffix) { name = name.dropLast(suffix.count) }
    for prefix in ["ggml-", "faster-", "whisper-"] where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
    return name.lowercased()
  }

  /// Whether the name can be part of a file name and be typed without quotes.
  static func isValid(_ name: String) -> Bool {
    name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,99}/) != nil
  }
}
