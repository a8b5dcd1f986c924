import CommentCore
import Hummingbird

/// Questions to one recording, or to all of an owner.
struct QuestionRoutes: RouteSet {
  let environment: APIEnvironment
  /// A model in this process answers one question at a time: each takes its own memory.
  private let questions = TranscriptionQueue(capacity: 8)

  init(environment: APIEnvironment) {
    self.environment = environment
  }

  func add(to router: Router<ServiceContext>) {
    router.post("v1/recordings/{id}/ask") { request, context in
      let question: Question = try await context.json(from: request)
      let owned = try await environment.library.contents(
        ofRecording: context.recordingID(), owner: context.principal.owner)
      return try await answer(
        question, try Inquiry(question.question, to: owned.recording, try owned.finished()), isOfSeveral: false, context
      )
    }
    router.post("v1/ask") { request, context in
      let question: Question = try await context.json(from: request)
      return try await answer(
        question,
        try await Inquiry(question.question, to: environment.library, owner: context.principal.owner),
        isOfSeveral: true, context)
    }
  }

  private struct Question: Decodable, Sendable {
    var question: String
    var commentLanguage: String?
    var keepUnproven: Bool?
  }

  private func answer(
    _ question: Question, _ inquiry: Inquiry, isOfSeveral: Bool, _ context: ServiceContext
  ) async throws -> Response {
    let options = try CommentaryOptions(language: question.commentLanguage)
    let composition = Composition(
      home: environment.home, settings: environment.settings, isForOneText: true, library: environment.library,
      cache: environment.cache)
    let answer = try await context.whileClientIsThere {
      let model = try await composition.languageModel()
      guard model?.identity.engine == "embedded" else {
        return try await inquiry.answer(by: model, options: options)
      }
      return try await questions.reserve().turn { try await inquiry.answer(by: model, options: options) }
    }
    return try SpeechResponse.json(
      AnswerText(answer, isOfSeveral: isOfSeveral, showsUnproven: question.keepUnproven ?? false).json)
  }
}
