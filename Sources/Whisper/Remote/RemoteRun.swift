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
      let language = try await language()
      for window in plan.windows {
        try Task.checkCancellation()
        var result = plan.silence(window)
        if let language, window.heardCount > 0 {
          let heard = try await hear(window, language.code, after: previous)
          var text = WindowText(plan, of: window, heard: heard, language: language.code)
          for missed in text.missed() {
            var again: [[HeardChunk]] = []
            for phrase in missed.phrases { again.append(try await hear(phrase, language.code, after: previous)) }
            text.take(again, of: missed)
          }
          result = text.result(probability: language.probability)
        }
        emit(.window(result))
        emit(.progress(seconds: result.end))
        previous = result
      }
    } catch var error as CommentBotError where error.code != .cancelled {
      // What is finished is kept by whoever takes the windows.
      if let previous { error.cause += "; it is transcribed up to \(ClockText.of(previous.end))" }
      error.hint = [error.hint, "the same command goes on where this one stopped"].compactMap(\.self)
        .joined(separator: "; ")
      throw error
    }
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
  private mutating func language() async throws -> (code: String, probability: Double?)? {
    if let code = plan.options.language { return (code, nil) }
    if let known = finished.first(where: { $0.language != nil }), let code = known.language {
      return (code, known.languageProbability)
    }
    let speech = plan.windows.filter { !$0.pieces.isEmpty }
    let voters = LanguageDetector.voters(of: speech.count).map { speech[$0] }
    var votes = LanguageVotes(count: voters.count)
    var replies: [(window: AudioWindow, reply: SpeechReply, code: String?)] = []
    for window in voters {
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
    guard let winner = votes.winner else { return nil }
    if plan.options.task == .transcribe, questions.server.kind != .commentbot {
      for (window, reply, code) in replies where code == winner.code { early[window] = reply }
    }
    return winner
  }
}
