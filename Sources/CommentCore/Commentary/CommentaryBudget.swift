/// How a model's context is shared between the fixed words, the transcript and the answer, in tokens.
///
/// The room kept for task and answer is the same for all usual kinds, so that they get the same windows and a prefix
/// cache serves them all.
struct CommentaryBudget: Sendable, Equatable {
  /// What chat templates add around two messages; those that add more are caught by the split on `contextExceeded`.
  static let templateTokens = 64
  /// Room for the task that follows the transcript, its repair included.
  static let usualTaskTokens = 320
  static let usualAnswerTokens = 1024
  /// A window with less text than this says nothing.
  static let smallestWindow = 32
  /// A weak model loses the thread in a window with more text than this.
  static let weakWindow = 1024

  /// What prompt and answer may take together.
  let context: Int
  /// Tokens of one answer.
  let answer: Int
  /// Tokens of the lines of one window.
  let window: Int

  /// - Parameters:
  ///   - fixed: tokens of the system message and the delimiters.
  ///   - task: tokens of the longest task, its repair included.
  /// - Throws: ``CommentBotError`` with code `contextExceeded` when there is no room for a window.
  init(model: any LanguageModel, kind: CommentKind, fixed: Int, task: Int) throws {
    context = model.contextLength
    // At most a quarter: on a small context the transcript needs the room more.
    let answerRoom = min(max(Self.usualAnswerTokens, kind.maxAnswerTokens), context / 4)
    answer = min(kind.maxAnswerTokens, answerRoom)
    let room = context - fixed - max(task, Self.usualTaskTokens) - Self.templateTokens - answerRoom
    window = model.isWeak ? min(room, Self.weakWindow) : room
    guard window >= Self.smallestWindow else {
      throw CommentBotError(
        .contextExceeded, "comment with", model.identity.model,
        cause: "its context of \(context) tokens leaves no room for a transcript",
        hint: "use a model with a larger context")
    }
  }
}
