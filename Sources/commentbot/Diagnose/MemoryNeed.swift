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
    (least, comfortable, what) = (200_000_000, 300_000_000, "the program without a model of its own")
    if settings.whisperURL == nil {
      let file = try? diagnosis.models.whisper(settings.whisperModel)
      // A model that is still to come.
      let bytes = file?.byteCount ?? ModelCatalog.entry(settings.whisperModel, kind: .whisper)?.byteCount ?? 150_000_000
      (least, comfortable) = (bytes + 300_000_000, bytes + 850_000_000)
      what = file?.name ?? settings.whisperModel
    }
    // Where memory is short, one is freed before the other is loaded.
    if settings.mayEmbed, let file = try? diagnosis.models.llm(settings.llmModel), file.byteCount + 300_000_000 > least
    {
      (least, what) = (file.byteCount + 300_000_000, file.name)
      comfortable = max(comfortable, least)
    }
  }
}
