import CommentCore

/// What `process --dry-run` prints: the work that is left, and how long it may take on this machine.
struct DryRun {
  let composition: Composition
  let pipeline: Pipeline
  let inputs: [Inputs.Input]

  func print(options: TranscriptionOptions, kinds: [CommentKind]) async throws {
    var remaining = 0.0
    for input in inputs {
      if let failure = input.failure {
        Console.out("\(Console.safe(input.argument)): would fail: \(failure.cause)")
        continue
      }
      guard let url = input.url else {
        Console.out("-: standard input is only known once it is read")
        continue
      }
      do {
        let plan = try await pipeline.plan(url, options: options, kinds: kinds)
        remaining += plan.remaining ?? 0
        Console.out("\(Console.safe(input.argument)): \(Self.text(plan))")
      } catch let error as CommentBotError {
        Console.out("\(Console.safe(input.argument)): would fail: \(error.cause)")
      }
    }
    let model = composition.settings.whisperModel
    guard let speed = try await composition.library.transcriptionSpeed(model: model) else {
      return Console.out(
        "\(TimeText.clock(remaining)) of audio to transcribe; no earlier run tells how fast \(model) is")
    }
    Console.out(
      "\(TimeText.clock(remaining)) of audio to transcribe: about \(TimeText.span(remaining / speed)) at "
        + "\(TimeText.decimal(speed))× real time, as measured in earlier runs")
  }

  private static func text(_ plan: ProcessPlan) -> String {
    let transcript =
      switch plan.remaining {
      case .some(0): "already transcribed"
      case .some(let seconds) where seconds == plan.duration: "\(TimeText.clock(seconds)) to transcribe"
      case .some(let seconds): "\(TimeText.clock(seconds)) left to transcribe"
      case nil: "to transcribe; its length is not known before"
      }
    return plan.kinds.isEmpty ? transcript : "\(transcript); comments: \(plan.kinds.joined(separator: ", "))"
  }
}
