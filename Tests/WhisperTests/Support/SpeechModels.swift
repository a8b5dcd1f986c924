import CommentCore
import Foundation
import Whisper

/// The models that the tests listen with: from the folder in `COMMENTBOT_TEST_MODELS`, else from `data/models/whisper`.
struct SpeechModels {
  struct Absent: Error, CustomStringConvertible {
    let description: String
  }

  let whisper: URL
  let voiceActivity: URL

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
    let folder =
      ProcessInfo.processInfo.environment["COMMENTBOT_TEST_MODELS"].map { URL(filePath: $0) }
      ?? root.appending(path: "data/models/whisper")
    func find(_ names: String...) throws -> URL {
      let urls = names.map { folder.appending(path: $0) }
      if let url = urls.first(where: { FileManager.default.fileExists(atPath: $0.path) }) { return url }
      let names = names.joined(separator: " or ")
      throw Absent(description: "there is no \(names) in \(folder.path): run data/scripts/setup.sh")
    }
    whisper = try find("ggml-base-bf16.bin", "ggml-base.bin")
    voiceActivity = try find("ggml-silero-v6.2.0.bin")
  }

  func engine(
    whisper: URL? = nil, voiceActivity: URL? = nil, threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) -> WhisperEngine {
    WhisperEngine(
      model: whisper ?? self.whisper, identity: EngineIdentity(engine: "libwhisper", model: "base", digest: "test"),
      vadModel: voiceActivity ?? self.voiceActivity, threads: threads)
  }
}
