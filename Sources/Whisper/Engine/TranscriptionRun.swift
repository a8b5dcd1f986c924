import CommentCore

/// The way of one recording through an engine, window by window.
struct TranscriptionRun<Engine: WindowEngine> {
  private let plan: WindowPlan
  private var engine: Engine
  private let emit: @Sendable (TranscriptionEvent) -> Void
  private var language: SpokenLanguage?
  /// What is finished last, in this run or an earlier one.
  private(set) var last: TranscriptionWindow?

  /// The share of a window's progress for hearing it once: parts of it may be heard again.
  private static var firstHearing: Double { 0.9 }

  /// - Parameter finished: windows of an earlier run.
  init(
    _ plan: WindowPlan, by engine: Engine, after finished: [TranscriptionWindow],
    emit: @escaping @Sendable (TranscriptionEvent) -> Void
  ) {
    self.plan = plan
    self.engine = engine
    self.emit = emit
    last = finished.last
    language =
      plan.options.language.map { SpokenLanguage(code: $0) }
      ?? finished.last { $0.language != nil }.flatMap(SpokenLanguage.init)
  }

  mutating func transcribe() async throws {
    if language == nil, !plan.isMultilingual { language = try await LanguageVoters.language(in: plan, by: &engine) }
    for window in plan.windows {
      let parts = try await parts(of: window)
      if parts.isEmpty { finish(plan.silence(window)) }
      for (part, spoken) in parts {
        try Task.checkCancellation()
        finish(try await transcribe(part, in: spoken))
        language = spoken
      }
      emit(.progress(seconds: window.end))
    }
  }

  private mutating func finish(_ window: TranscriptionWindow) {
    last = window
    emit(.window(window))
  }

  /// The window, parted where the language changes if that was asked for; nothing when there is nothing to hear.
  private mutating func parts(of window: AudioWindow) async throws -> [(window: AudioWindow, language: SpokenLanguage)]
  {
    guard window.heardCount > 0 else { return [] }
    guard plan.isMultilingual else { return language.map { [(window, $0)] } ?? [] }
    var heard: [SpokenLanguage?] = []
    for group in LanguageStretches.groups(window.pieces) {
      heard.append(try await engine.language(of: [AudioWindow(range: window.range, pieces: group)], in: plan))
    }
    return plan.stretches.parts(of: window, heard: heard, after: language)
  }

  /// Hears the window, and again what its text does not account for.
  private mutating func transcribe(
    _ window: AudioWindow, in language: SpokenLanguage
  ) async throws -> TranscriptionWindow {
    let heard = try await hear(window, language) { [emit] share in
      emit(.progress(seconds: window.start + share * Self.firstHearing * (window.end - window.start)))
    }
    var text = WindowText(plan, of: window, heard: heard, language: language)
    for missed in text.missed() {
      var again: [[HeardChunk]] = []
      for phrase in missed.phrases { again.append(try await hear(phrase, language) { _ in }) }
      text.take(again, of: missed)
    }
    return text.result
  }

  private mutating func hear(
    _ window: AudioWindow, _ language: SpokenLanguage, progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk] {
    let request = WindowRequest(of: window, options: plan.options, language: language.code, after: last)
    return try await engine.hear(window, as: request, in: plan, progress: progress)
  }
}
