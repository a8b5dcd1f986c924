/// A language model that answers in chat form.
public protocol LanguageModel: Sendable {
  /// Which engine and model it is: with the same identity, the same prompt has the same answer.
  var identity: EngineIdentity { get }
  /// Tokens that prompt and answer may take together.
  var contextLength: Int { get }
  /// Whether the model is so small that its words are to be shown with a warning.
  var isWeak: Bool { get }

  /// Tokens of the text: exact where the engine can count, else an estimate, rather too high than too low.
  func countTokens(_ text: String) async throws -> Int

  /// The same model for texts in a language, on which an estimate of tokens depends.
  /// - Parameter language: ISO 639-1 code; nil when it is not known, or not one alone.
  func reading(_ language: String?) -> any LanguageModel

  /// Answers. Cancelling the task, or throwing from `onText`, stops the model.
  /// - Parameter onText: called with each piece of the answer as it is written; the model waits until it returns.
  /// - Returns: the figures of a whole answer, or of one that was cut at its limit of tokens.
  /// - Throws: ``CommentBotError``, with code `cutOff` when the answer broke off; what `onText` throws;
  ///   `CancellationError`.
  func chat(_ request: ChatRequest, onText: (String) async throws -> Void) async throws -> ChatUsage

  /// Told when all that was asked for is whole: what was learnt of the model serves the next text. Not before, because
  /// a run that goes on after an interruption must part its text as before.
  func settle() async

  /// Told when nothing more is asked for the time being: gives back memory where that is wanted.
  func release() async
}

extension LanguageModel {
  public func reading(_ language: String?) -> any LanguageModel { self }
  public func settle() async {}
  public func release() async {}
}

/// How large a language model must be to be trusted with words of its own.
public enum LanguageModelSize {
  /// Below so many weights a model writes sentences rather than comments.
  public static let weakBelow = 1.5e9
}

/// One message of a dialogue.
public struct ChatMessage: Codable, Sendable, Equatable {
  /// Who speaks in a dialogue.
  public enum Role: String, Codable, Sendable { case system, user, assistant }
  /// Who says it.
  public var role: Role
  /// What is said.
  public var content: String

  public init(_ role: Role, _ content: String) {
    self.role = role
    self.content = content
  }
}

/// A dialogue that a language model is to continue, and how.
public struct ChatRequest: Sendable, Equatable {
  /// In their order; the last one is the user's.
  public var messages: [ChatMessage]
  /// The form that the answer must have; nil leaves it free.
  public var schema: JSONSchema?
  /// Tokens that the answer may take at the most.
  public var maxTokens: Int
  /// 0 is deterministic.
  public var temperature: Double
  /// Of the random numbers above temperature 0.
  public var seed: UInt32

  public init(
    _ messages: [ChatMessage], schema: JSONSchema? = nil, maxTokens: Int, temperature: Double = 0, seed: UInt32 = 1
  ) {
    self.messages = messages
    self.schema = schema
    self.maxTokens = maxTokens
    self.temperature = temperature
    self.seed = seed
  }
}

/// Exact figures of one call.
public struct ChatUsage: Codable, Sendable, Equatable {
  /// Tokens of the prompt, those taken from a cache included.
  public var promptTokens: Int
  /// Tokens of the prompt that were computed, when the engine says so.
  public var evaluatedTokens: Int?
  /// Tokens of the answer.
  public var outputTokens: Int
  /// Whether the answer was cut at ``ChatRequest/maxTokens``.
  public var isCut: Bool

  public init(promptTokens: Int, evaluatedTokens: Int? = nil, outputTokens: Int, isCut: Bool) {
    self.promptTokens = promptTokens
    self.evaluatedTokens = evaluatedTokens
    self.outputTokens = outputTokens
    self.isCut = isCut
  }
}

/// The part of JSON Schema that answers are constrained by: enough for lists of records.
public indirect enum JSONSchema: Sendable, Equatable {
  /// A text of at most so many characters; nil for any length.
  case string(maxLength: Int?)
  /// One of these texts, which must hold only what needs no escapes in JSON.
  case choice([String])
  /// A whole number.
  case integer
  /// A list of none to so many values.
  case array(of: JSONSchema, maxItems: Int)
  /// All properties are required. Keep the names in alphabetical order: Ollama writes them so.
  case object([Property])

  /// A key of an object and what its value must be.
  public struct Property: Sendable, Equatable {
    /// The key.
    public var name: String
    /// What the value must be.
    public var schema: JSONSchema

    public init(_ name: String, _ schema: JSONSchema) {
      self.name = name
      self.schema = schema
    }
  }
}
