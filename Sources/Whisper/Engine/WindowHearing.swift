import CommentCore

/// One window on its way through an engine: it is heard, and again what its text does not account for.
struct WindowHearing<Engine: WindowEngine> {
  private let plan: WindowPlan
  private let window: AudioWindow
  private let language: SpokenLanguage
  private let last: TranscriptionWindow?
  private(set) var engine: Engine
  private let isAlone: @Sendable () -> Bool

  /// The share of the progress for hearing it once: parts of it may be heard again.
  private static var firstHearing: Double { 0.9 }

  /// - Parameters:
  ///   - last: the window before, for its text; nil when that is not needed.
  ///   - isAlone: whether no other window is being decoded, or waits for it.
  init(
    _ plan: WindowPlan, of window: AudioWindow, by engine: Engine, in language: SpokenLanguage,
    after last: TranscriptionWindow?, isAlone: @escaping @Sendable () -> Bool
  ) {
    self.isAlone = isAlone
    (self.plan, self.window, self.engine, self.language, self.last) = (plan, window, engine, language, last)
  }

  /// - Parameter progress: told the share of the window that is done, in 0...1.
  mutating func result(progress: @escaping @Sendable (Double) -> Void) async throws -> TranscriptionWindow {
    let heard = try await hear(window) { progress($0 * Self.firstHearing) }
    var text = WindowText(plan, of: window, heard: heard, language: language)
    for missed in text.missed() {
      do {
        var again: [[HeardChunk]] = []
        for phrase in missed.phrases { again.append(try await hear(phrase) { _ in }) }
        text.take(again, of: missed)
      } catch let error as CommentBotError where [.badReply, .serverError].contains(error.code) {
        // What was heard first is worth more than a phrase that this engine cannot take.
        continue
      }
    }
    return text.result
  }

  private mutating func hear(
    _ window: AudioWindow, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk] {
    let request = WindowRequest(of: window, options: plan.options, language: language.code, after: last)
    return try await engine.hear(window, as: request, in: plan, isAlone: isAlone, progress: progress)
  }
}
