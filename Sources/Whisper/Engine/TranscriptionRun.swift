import CommentCore

/// The way of one recording through an engine, window by window.
struct TranscriptionRun<Engine: WindowEngine> {
  private let plan: WindowPlan
  private var engine: Engine
  private let emit: @Sendable (TranscriptionEvent) -> Void
  private var language: SpokenLanguage?
  /// The two windows that were finished last, in this run or an earlier one.
  private var recent: [TranscriptionWindow]
  var last: TranscriptionWindow? { recent.last }

  /// - Parameter finished: windows of an earlier run.
  init(
    _ plan: WindowPlan, by engine: Engine, after finished: [TranscriptionWindow],
    emit: @escaping @Sendable (TranscriptionEvent) -> Void
  ) {
    self.plan = plan
    self.engine = engine
    self.emit = emit
    recent = finished.suffix(2)
    language =
      plan.options.language.map { SpokenLanguage(code: $0) }
      ?? finished.last { $0.language != nil }.flatMap(SpokenLanguage.init)
  }

  mutating func transcribe() async throws {
    if language == nil, !plan.isMultilingual { language = try await LanguageVoters.language(in: plan, by: &engine) }
    if let language, engine.takesPairs, !plan.isMultilingual, !plan.options.conditionOnPreviousText {
      try await inPairs(language)
    } else {
      try await inOrder()
    }
  }

  private mutating func inOrder() async throws {
    for window in plan.windows {
      let parts = try await parts(of: window)
      if parts.isEmpty { finish(plan.silence(window)) }
      for (part, spoken) in parts {
        try Task.checkCancellation()
        let progress = { @Sendable [emit] share in
          emit(.progress(seconds: part.start + share * (part.end - part.start)))
        }
        var hearing = WindowHearing(plan, of: part, by: engine, in: spoken, after: last) { true }
        finish(try await hearing.result(progress: progress))
        engine = hearing.engine
        language = spoken
      }
      emit(.progress(seconds: window.end))
    }
  }

  /// Windows that need nothing of each other, two at a time. They are told in their order.
  private mutating func inPairs(_ language: SpokenLanguage) async throws {
    let (plan, engine, windows) = (plan, engine, plan.windows)
    let progress = PairProgress(windows, emit: emit)
    try await withThrowingTaskGroup(of: (Int, TranscriptionWindow).self) { group in
      var next = 0
      func begin() {
        guard next < windows.count else { return }
        let (index, window) = (next, windows[next])
        next += 1
        group.addTask {
          guard window.heardCount > 0 else {
            progress.finish(index)
            return (index, plan.silence(window))
          }
          var hearing = WindowHearing(plan, of: window, by: engine, in: language, after: nil) {
            progress.unfinished == 1
          }
          let result = try await hearing.result { progress.report($0, of: index) }
          progress.finish(index)
          return (index, result)
        }
      }
      begin()
      begin()
      var told = 0
      var finished: [Int: TranscriptionWindow] = [:]
      while let (index, window) = try await group.next() {
        begin()
        finished[index] = window
        while let window = finished.removeValue(forKey: told) {
          finish(window)
          told += 1
        }
      }
    }
  }

  private mutating func finish(_ window: TranscriptionWindow) {
    let window = window.withoutEcho(of: recent)
    recent = (recent + [window]).suffix(2)
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
}

extension TranscriptionWindow {
  /// Mean log-probability below which a text that comes again and again is taken for the model's own. People who repeat
  /// themselves, and machines that do, are understood better.
  private static let unsure = -0.7

  /// The window without its text when all of it, and nothing else, stood in both windows before too and the model was
  /// not sure of it.
  func withoutEcho(of recent: [TranscriptionWindow]) -> TranscriptionWindow {
    let text = segments.map(\.text)
    guard !text.isEmpty, recent.count == 2, recent.allSatisfy({ $0.saidText == text }),
      segments.allSatisfy({ $0.avgLogprob < Self.unsure })
    else { return self }
    var window = self
    window.segments = []
    window.dropped += segments.map { DroppedSpan(start: $0.start, end: $0.end, reason: .repeated, text: $0.text) }
    window.dropped.sort { $0.start < $1.start }
    return window
  }

  /// With what was dropped as an echo, so that the echo of an echo is one too.
  private var saidText: [String] {
    segments.isEmpty ? dropped.filter { $0.reason == .repeated }.compactMap(\.text) : segments.map(\.text)
  }
}
