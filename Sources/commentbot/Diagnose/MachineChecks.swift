import CommentCore
import Foundation
import Llama
import Whisper

/// Libraries, processor and threads.
struct MachineChecks {
  let settings: Settings

  func findings() -> [Finding] {
    [ffmpeg(), engines(), sqlite(), curl(), processor(), threads()]
  }

  private func ffmpeg() -> Finding {
    .ok("libraries.ffmpeg", "FFmpeg \(LibraryVersions.ffmpeg)")
  }

  private func engines() -> Finding {
    let openMP = LlamaModel.usesOpenMP ? "with OpenMP" : "without OpenMP"
    return .ok(
      "libraries.engines",
      "libwhisper \(WhisperEngine.libraryVersion), libllama \(LlamaModel.libraryVersion), "
        + "ggml \(LlamaModel.ggmlVersion) \(openMP)")
  }

  private func sqlite() -> Finding {
    let version = (try? Library.sqliteVersion()) ?? "unknown"
    // UPDATE … RETURNING and STRICT tables came with 3.35 and 3.37.
    if version.compare("3.37.0", options: .numeric) == .orderedAscending {
      return .failure("libraries.sqlite", "SQLite \(version) is older than 3.37", fix: "data/scripts/setup.sh")
    }
    return .ok("libraries.sqlite", "SQLite \(version)")
  }

  private func curl() -> Finding {
    .ok("libraries.curl", LibraryVersions.curl)
  }

  private func processor() -> Finding {
    let features = CPUFeatures.current
    if !features.flags.isEmpty, !features.flags.contains("avx2") {
      return .warning(
        "machine.cpu", "the processor has no AVX2: transcribing will be slow",
        fix: "commentbot process --model tiny.en FILE (for English)")
    }
    let units = ["avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16"].filter(features.flags.contains)
    return .ok(
      "machine.cpu",
      features.flags.isEmpty
        ? "vector units: not told by this system"
        : "vector units: \(units.joined(separator: " ")); fastest weights: \(features.fastestWeights.rawValue)")
  }

  private func threads() -> Finding {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let memory = TimeText.bytes(Int(clamping: ProcessInfo.processInfo.physicalMemory))
    let text = "\(settings.threads) threads on \(cores) cores, \(memory) of memory"
    if ProcessInfo.processInfo.physicalMemory < 2_000_000_000 {
      return .warning("machine.memory", text, fix: "commentbot process --llm none FILE")
    }
    return .ok("machine.threads", text)
  }
}
