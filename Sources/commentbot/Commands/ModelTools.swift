import CommentCore
import Foundation
import Llama
import Whisper

/// What CommentCore's models need of engines and network.
enum ModelTools {
  static let convert: ModelConverter = { folder, output, weights in
    try CTranslate2Converter.convert(folder: folder, to: output, weights: weights == .bf16 ? .bf16 : .f16)
  }

  static let check: ModelCheck = { file, kind in
    switch kind {
    case .whisper: try GGMLModelFile.checkWhisper(file)
    case .vad: try GGMLModelFile.checkVoiceActivity(file)
    case .llm: try GGUFCheck.check(file)
    }
  }

  static let download: ModelDownload = { url, file, sha256, progress in
    try await CurlClient().download(Download(url, to: file, sha256: sha256)) { done, total in
      progress(done, total ?? 0)
    }
  }
}
