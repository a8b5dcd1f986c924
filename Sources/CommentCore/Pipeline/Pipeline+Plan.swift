public import Foundation

/// What a run would have to do for one file.
public struct ProcessPlan: Sendable {
  /// Seconds of the whole audio; nil when the container does not say.
  public var duration: Double?
  /// Seconds of audio that still have to be transcribed, over all channels that are transcribed by themselves; nil when
  /// the length is not known.
  public var remaining: Double?
  /// Wall seconds that this may take; nil when the length is not known, or nothing is known of the model.
  public var transcribeSeconds: Double?
  /// Whether no earlier run tells, so that the time is what the model takes elsewhere.
  public var isRough = false
  /// The same of the comments.
  public var areCommentsRough = false
  /// Kinds of comments that still have to be written.
  public var kinds: [String] = []
  /// Name of the model that would write them.
  public var commentModel: String?
  /// Wall seconds that this may take; nil when the length is not known or no earlier comments tell.
  public var commentSeconds: Double?
  /// Why the comments would fail; the transcript would not.
  public var commentFailure: CommentBotError?

  /// The same for a recording in which nobody speaks.
  var withoutComments: ProcessPlan {
    var plan = self
    (plan.transcribeSeconds, plan.commentSeconds) = (0, 0)
    return plan
  }
}

extension Pipeline {
  /// Says what ``process(_:name:sha256:isStandardInput:options:comments:onEvent:)`` would do, without decoding
  /// anything.
  /// - Parameter threads: that the transcriber has, for the time when no earlier run tells.
  /// - Throws: ``CommentBotError`` when the file cannot be opened.
  public func plan(
    _ file: URL, options: TranscriptionOptions, comments wanted: CommentPlan, threads: Int
  ) async throws -> ProcessPlan {
    let source = try await Blocking.run { try SourceFile(reading: file) }
    let options = try await Blocking.run { try options.fitting(file) }
    let key = try TranscriptKey.make(sha256: source.sha256, engine: transcriber.identity, options: options)
    var plan = ProcessPlan()
    if let stored = try await library.transcript(key: key) {
      (plan.duration, plan.remaining) = (stored.transcript.duration, 0)
      if !stored.transcript.hasSpeech { return plan.withoutComments }
    } else {
      plan.duration = try await Blocking.run { try AudioDecoder().expectedDuration(of: file) }
      plan.remaining = plan.duration == nil ? nil : 0
      for channel in 0..<(try await Blocking.run { try options.channelCount(of: file) }) {
        let done = try await library.windows(of: key, channel: channel).last?.end ?? 0
        let left = plan.duration.map { options.secondsToHear(in: done..<max(done, $0)) }
        plan.remaining = plan.remaining.flatMap { sum in left.map { sum + $0 } }
      }
    }
    let measured = try await library.transcriptionSpeed(of: transcriber.identity)
    let speed = measured ?? RoughSpeed.ofTranscribing(with: transcriber.identity, threads: threads)
    plan.isRough = measured == nil && speed != nil && plan.remaining ?? 0 > 0
    plan.transcribeSeconds = plan.remaining.flatMap { left in
      left == 0 ? 0 : speed.map { max(left, Library.leastTranscribed) / $0 }
    }
    do {
      try await planComments(wanted, onTranscript: key, threads: threads, in: &plan)
    } catch let error as CommentBotError where error.code != .cancelled {
      plan.commentFailure = error
    }
    return plan
  }

  private func planComments(
    _ wanted: CommentPlan, onTranscript key: String, threads: Int, in plan: inout ProcessPlan
  ) async throws {
    plan.commentSeconds = 0
    // Sentences of the transcript are there at once.
    guard let planned = try await comments.languageModel() else { return }
    plan.commentModel = planned.identity.model
    for kind in try await comments.missingKinds(of: wanted, onTranscript: key, by: planned) {
      plan.kinds.append(kind.name)
      let measured = try await library.commentingCost(of: planned.identity, kind: kind.name)
      let cost = measured ?? RoughSpeed.costOfCommenting(with: planned.identity, threads: threads)
      plan.areCommentsRough = plan.areCommentsRough || measured == nil && cost != nil
      let seconds = plan.duration.flatMap { duration in cost.map { $0 * max(duration, Library.leastCommented) } }
      plan.commentSeconds = plan.commentSeconds.flatMap { sum in seconds.map { sum + $0 } }
    }
  }
}
