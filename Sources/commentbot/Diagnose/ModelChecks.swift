import CommentCore
import Foundation

/// The models' files: whether they are there, with the size and the hash that were installed.
enum ModelChecks {
  static let all = [
    Check(.models, "whisper", "the Whisper model's size and hash") { diagnosis in
      guard diagnosis.settings.whisperURL == nil else { return nil }
      return try await whole(in: diagnosis) { try $0.models.whisper($0.settings.whisperModel) }
    },
    Check(.models, "vad", "the model that finds speech") { try await whole(in: $0) { try $0.models.vad() } },
    Check(.models, "llm", "the embedded language model's size and hash") { diagnosis in
      guard diagnosis.settings.mayEmbed else { return nil }
      return try await whole(in: diagnosis) { try $0.models.llm($0.settings.llmModel) }
    },
  ]

  private static func whole(
    in diagnosis: Diagnosis, _ find: @escaping @Sendable (Diagnosis) throws -> ModelFile
  ) async throws -> Finding {
    let file = try await Blocking.run {
      let file = try find(diagnosis)
      try diagnosis.models.check(file)
      return file
    }
    return .ok("\(file.url.lastPathComponent), \(TimeText.bytes(file.byteCount)), hash as installed")
  }
}
