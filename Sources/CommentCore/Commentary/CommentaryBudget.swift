/// How a model's context is shared between the fixed words, the transcript and the answer, in tokens.
///
/// The room kept for task and answer is the same for all usual kinds, so that they get the same windows and a prefix
/// cache serves them all.
struct CommentaryBudget: Codable, Sendable, Equatable {
  /// What chat templates add around two messages; those that add more are caught by the split on `contextExceeded`.
  static let templateTokens = 64
  /// Room for the task that follows the transcript.
  static let usualTaskTokens = 320
  /// Room for what is added to the task when an answer is to be mended.
  static let repairTokens = 256
  static let usualAnswerTokens = 1024
  /// A window with less text than this says nothing.
  static let smallestWindow = 32
  /// A weak model loses the thread in a window with more text than this.
  static let weakWindow = 2048

  /// What prompt and answer may take together.
  let context: Int
  /// Tokens of one answer, at the most.
  let answer: Int
  /// Tokens of the lines of one window.
  let window: Int

  /// - Parameters:
  ///   - fixed: tokens of the system message and the delimiters.
  ///   - task: tokens of the longest task.
  ///   - answer: tokens of the longest answer that a kind may have.
  /// - Throws: ``CommentBotError`` with code `contextExceeded` when there is no room for a window.
  init(model: any LanguageModel, fixed: Int, task: Int, answer wanted: Int) throws {
    context = model.contextLength
    // At most a quarter: on a small context the transcript needs the room more.
    answer = min(max(Self.usualAnswerTokens, wanted), context / 4)
    let room =
      context - fixed - max(task, Self.usualTaskTokens) - Self.repairTokens - Self.templateTokens - answer
    window = model.isWeak ? min(room, Self.weakWindow) : room
    guard window >= Self.smallestWindow else {
      throw CommentBotError(
        .contextExceeded, "comment with", model.identity.model,
        cause: "its context of \(context) tokens leaves no room for a transcript",
        hint: "use a model with a larger context")
    }
  }

  /// Whether a model with the other one's room can do with this.
  func fits(into other: CommentaryBudget) -> Bool {
    context <= other.context && window <= other.window && answer <= other.answer
  }
}
