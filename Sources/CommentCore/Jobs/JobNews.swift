import Foundation
import Synchronization

/// What a job's runner has to tell, gathered until the next heartbeat takes it along.
public final class JobNews: Sendable {
  /// Between two events of progress.
  private static let progressPause = Duration.seconds(1)

  private struct State {
    var stage: PipelineEvent.Stage?
    var done = 0.0
    var total = 0.0
    /// Of ``done``, when it was last told.
    var told: SuspendingClock.Instant?
    var isProgressNew = false
    var events: [(kind: JobEvent.Kind, data: String)] = []
    /// Whether what was taken is on its way: it may come back.
    var isUnderway = false
    /// Of the comment being written, what no event has yet.
    var written: (kind: String, text: String)?

    mutating func add(_ kind: JobEvent.Kind, _ data: some Encodable) {
      // These structures always encode.
      guard let json = try? JSONText.encode(data) else { return }
      events.append((kind, json))
    }

    mutating func closeComment() {
      guard let (kind, text) = written else { return }
      written = nil
      if !text.isEmpty { add(.comment, CommentData(kind: kind, text: text)) }
    }
  }

  private let state = Mutex(State())

  public init() {}

  /// A stage begins.
  public func stage(_ stage: PipelineEvent.Stage) {
    state.withLock { state in
      (state.stage, state.done, state.total, state.isProgressNew) = (stage, 0, 0, false)
      state.add(.stage, StageData(stage: stage))
    }
  }

  /// Done and total in the stage's own measure; only the newest figures are told.
  public func progress(_ stage: PipelineEvent.Stage, done: Double, total: Double) {
    state.withLock { state in
      (state.stage, state.done, state.total, state.isProgressNew) = (stage, done, total, true)
    }
  }

  /// A segment of the transcript is there.
  public func segment(_ segment: Segment, speaker: String?) {
    let data = SegmentData(
      start: segment.start, end: segment.end, text: segment.text.trimmingCharacters(in: .whitespaces),
      speaker: speaker ?? segment.speaker)
    state.withLock { $0.add(.segment, data) }
  }

  /// A comment grows; pieces are joined until they are taken.
  public func comment(_ kind: String, text: String) {
    state.withLock { state in
      if state.written?.kind != kind { state.closeComment() }
      state.written = (kind, (state.written?.text ?? "") + text)
    }
  }

  /// A remark for people.
  public func notice(_ text: String) {
    state.withLock { $0.add(.notice, NoticeData(text: text)) }
  }

  /// What is to be told now.
  enum Taken {
    /// To be followed by ``arrived()`` or ``giveBack(_:)``.
    case pulse(JobPulse)
    /// Nothing that could not wait.
    case nothing
    /// Somebody else is telling what he took before.
    case underway
  }

  /// - Parameter isDue: whether a heartbeat is sent in any case.
  func take(at now: SuspendingClock.Instant, isDue: Bool) -> Taken {
    state.withLock { state in
      if state.isUnderway { return .underway }
      state.closeComment()
      if state.isProgressNew, state.told.map({ $0.duration(to: now) >= Self.progressPause }) ?? true,
        let stage = state.stage
      {
        state.add(.progress, ProgressData(stage: stage, done: state.done, total: state.total))
        (state.told, state.isProgressNew) = (now, false)
      }
      if state.events.isEmpty, !isDue { return .nothing }
      let share = state.total > 0 ? min(1, max(0, state.done / state.total)) : 0
      defer { (state.events, state.isUnderway) = ([], true) }
      return .pulse(JobPulse(stage: state.stage, progress: share, events: state.events.map { ($0.kind, $0.data) }))
    }
  }

  /// What was taken is told.
  func arrived() {
    state.withLock { $0.isUnderway = false }
  }

  /// Keeps what could not be told for the next time.
  func giveBack(_ pulse: JobPulse) {
    state.withLock { ($0.events, $0.isUnderway) = (pulse.events + $0.events, false) }
  }

  private struct StageData: Encodable {
    var stage: PipelineEvent.Stage
  }
  private struct ProgressData: Encodable {
    var stage: PipelineEvent.Stage
    var done, total: Double
  }
  private struct SegmentData: Encodable {
    var start, end: Double
    var text: String
    var speaker: String?
  }
  private struct CommentData: Encodable {
    var kind, text: String
  }
  private struct NoticeData: Encodable {
    var text: String
  }
}
