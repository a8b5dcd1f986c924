import CommentCore

/// The windows of one recording, decoded by a service.
struct RemoteWindows: WindowEngine {
  let finder: SpeechFinder
  let questions: ServiceQuestions
  /// What services that tell the language by transcribing have given already, and in which language.
  private var early: [AudioWindow: (reply: SpeechReply, language: String)] = [:]

  init(finder: SpeechFinder, questions: ServiceQuestions) {
    self.finder = finder
    self.questions = questions
  }

  mutating func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan, isAlone: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk] {
    let known = early.removeValue(forKey: window)
    let reply: SpeechReply
    if let known, known.language == request.language {
      reply = known.reply
    } else {
      reply = try await questions.ask(request, wav: await finder.wav(of: window, in: plan))
    }
    return try reply.chunks(request, count: window.heardCount, from: questions.client.address)
  }

  mutating func language(of windows: [AudioWindow], in plan: WindowPlan) async throws -> SpokenLanguage? {
    var votes = LanguageVotes(count: windows.count)
    for window in windows {
      let request = WindowRequest(options: plan.options, language: nil, quietTail: window.quietTail)
      let reply = try await questions.ask(request, wav: await finder.wav(of: window, in: plan))
      let code = reply.language.flatMap { try? LanguageName.code(of: $0) }
      guard votes.add(reply.languageProbabilities, else: code) else {
        var refusal = SpeechReply.refused(questions.client.address, "it does not say which language it has heard")
        refusal.hint = "give the language: --language en"
        throw refusal
      }
      if !plan.isMultilingual, plan.options.task == .transcribe, questions.server.kind != .commentbot, let code {
        early[window] = (reply, code)
      }
    }
    return votes.winner
  }
}
