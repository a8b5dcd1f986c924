import ArgumentParser
import CommentCore

/// openai-whisper's options about how its own engine computes: taken so that its command lines work, refused where what
/// they ask for is not there.
struct EngineFlags: ParsableArguments {
  @Option(help: "cpu or auto: this build computes on the CPU.")
  var device: String?

  @Option(help: "1: libwhisper does not implement other values.")
  var patience: Double?

  @Option(help: .hidden) var verbose: BooleanWord?
  @Option(help: .hidden) var fp16: BooleanWord?

  /// - Throws: ``CommentBotError`` with code `usage` when something is asked for that this engine cannot do.
  func check() throws {
    if let device, !["cpu", "auto"].contains(device.lowercased()) {
      throw CommentBotError(
        .usage, "use", "--device \(device)", cause: "this build computes on the CPU", hint: "leave it out, or give cpu")
    }
    if let patience, patience != 1 {
      throw CommentBotError(
        .usage, "use", "--patience \(patience)", cause: "libwhisper does not implement patience in its beam search",
        hint: "leave it out, or give 1")
    }
  }
}
