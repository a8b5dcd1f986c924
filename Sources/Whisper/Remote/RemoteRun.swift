import CommentCore
import Foundation

/// The way of one recording through a service, window by window.
struct RemoteRun {
  let plan: WindowPlan
  let finished: [TranscriptionWindow]
  let finder: SpeechFinder
  let questions: ServiceQuestions
  /// What services that tell the language by transcribing have given already.
  private var early: [AudioWindow: SpeechReply] = [:]

  init(plan: WindowPlan, finished: [TranscriptionWindow], finder: SpeechFinder, questions: ServiceQuestions) {
    self.plan = plan
    self.finished = finished
    self.finder = finder
    self.questions = questions
  }

  mutating func transcribe(emit: (TranscriptionEvent) -> Void) async throws {
    var previous = finished.last
    do {
      var language =
        plan.isMultilingual
        ? finished.last { $0.language != nil }.flatMap(SpokenLanguage.init) : try await language()
      for window in plan.windows {
        let parts = try await parts(of: window, in: language)
        if parts.isEmpty {
          previous = plan.silence(window)
          previous.map { emit(.window($0)) }
        }
        for (part, spoken) in parts {
          try Task.checkCancellation()
          let result = try await transcribe(part, spoken, after: previous)
          emit(.window(result))
          (previous, language) = (result, spoken)
        }
        emit(.progress(seconds: window.end))
      }
    } catch var error as CommentBotError where error.code != .cancelled {
      // What is finished is kept by whoever takes the windows.
      if let previous { error.cause += "; it is transcribed up to \(ClockText.of(previous.end))" }
      error.hint = [error.hint, "the same command goes on where this one stopped"].compactMap(\.self)
        .joined(separator: "; ")
      throw error
    }
  }

  /// The window, parted where the language changes if that was asked for; nothing when there is nothing to hear.
  private func parts(
    of window: AudioWindow, in language: SpokenLanguage?
  ) async throws -> [(window: AudioWindow, language: SpokenLanguage)] {
    guard window.heardCount > 0 else { return [] }
    guard plan.isMultilingual else { return language.map { [(window, $0)] } ?? [] }
    var heard: [SpokenLanguage?] = []
    for group in LanguageStretches.groups(window.pieces) {
      let part = AudioWindow(range: window.range, pieces: group)
      heard.append(try await vote([part]).winner)
    }
    return plan.stretches.parts(of: window, heard: heard, after: language)
  }

  private func transcribe(
    _ window: AudioWindow, _ language: SpokenLanguage, after previous: TranscriptionWindow?
  ) async throws -> TranscriptionWindow {
    let heard = try await hear(window, language.code, after: previous)
    var text = WindowText(plan, of: window, heard: heard, language: language)
    for missed in text.missed() {
      var again: [[HeardChunk]] = []
      for phrase in missed.phrases { again.append(try await hear(phrase, language.code, after: previous)) }
      text.take(again, of: missed)
    }
    return text.result
  }

  /// What the service makes of the speech of a window.
  private func hear(
    _ window: AudioWindow, _ language: String, after previous: TranscriptionWindow?
  ) async throws -> [HeardChunk] {
    let request = WindowRequest(of: window, options: plan.options, language: language, after: previous)
    var reply = early[window]
    if reply == nil { reply = try await questions.ask(request, wav: await finder.wav(of: window, in: plan)) }
    return try reply?.chunks(request, count: window.heardCount, from: questions.client.address) ?? []
  }

  /// Given, else that of the finished windows, else what the service hears in some of the windows, by the same vote as in
  /// the engine of this process; nil when there is no speech to detect it from.
  private mutating func language() async throws -> SpokenLanguage? {
    if let code = plan.options.language { return SpokenLanguage(code: code) }
    if let known = finished.first(where: { $0.language != nil }) { return SpokenLanguage(known) }
    let speech = plan.windows.filter { !$0.pieces.isEmpty }
    let (winner, replies) = try await vote(LanguageDetector.voters(of: speech.count).map { speech[$0] })
    if plan.options.task == .transcribe, questions.server.kind != .commentbot {
      for (window, reply, code) in replies where code == winner?.code { early[window] = reply }
    }
    return winner
  }

  /// Which language the service hears in the windows.
  private func vote(
    _ windows: [AudioWindow]
  ) async throws -> (winner: SpokenLanguage?, replies: [(window: AudioWindow, reply: SpeechReply, code: String?)]) {
    var votes = LanguageVotes(count: windows.count)
    var replies: [(window: AudioWindow, reply: SpeechReply, code: String?)] = []
    for window in windows {
      let request = WindowRequest(options: plan.options, language: nil, quietTail: window.quietTail)
      let reply = try await questions.ask(request, wav: await finder.wav(of: window, in: plan))
      let code = reply.language.flatMap { try? LanguageName.code(of: $0) }
      guard votes.add(reply.languageProbabilities, else: code) else {
        var refusal = SpeechReply.refused(questions.client.address, "it does not say which language it has heard")
        refusal.hint = "give the language: --language en"
        throw refusal
      }
      replies.append((window, reply, code))
    }
    return (votes.winner, replies)
  }
}
