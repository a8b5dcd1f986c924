import CommentCore
import Foundation

/// The memory that the models of an installation take in this process.
struct MemoryNeed {
  /// Bytes under which the first recording does not get through: the larger model's file, and what is computed with it.
  var least: Int
  /// Bytes that long recordings took at the most (Benchmarks): libwhisper keeps several states.
  var comfortable: Int
  /// What needs them.
  var what: String

  /// Blocks.
  init(_ diagnosis: Diagnosis) {
    let settings = diagnosis.settings
    let whisper = settings.whisperURL == nil ? try? diagnosis.models.whisper(settings.whisperModel) : nil
    let isEmbedded = [.auto, .embedded].contains(settings.llm) && settings.llmURL == nil
    let llm = isEmbedded ? try? diagnosis.models.llm(settings.llmModel) : nil
    // Where memory is short, one is freed before the other is loaded.
    let needs = [
      whisper.map { (file: $0, least: $0.byteCount + 300_000_000, comfortable: $0.byteCount + 850_000_000) },
      llm.map { (file: $0, least: $0.byteCount + 300_000_000, comfortable: $0.byteCount + 300_000_000) },
    ].compactMap { $0 }
    least = needs.map(\.least).max() ?? 200_000_000
    comfortable = needs.map(\.comfortable).max() ?? 300_000_000
    what = needs.max { $0.least < $1.least }?.file.name ?? "the service without a model of its own"
  }
}
