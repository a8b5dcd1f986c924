/// What every failure in CommentBot looks like to a person: what failed, on what, why, and the command that mends it.
///
/// Match on ``code``; the texts are for people and may change.
public struct CommentBotError: Error, Codable, Sendable, Equatable {
  /// The kind of failure. One place maps it to an exit status, one to an HTTP status.
  public enum Code: String, Sendable, CaseIterable, Codable {
    /// The command line, a request or an option is malformed.
    case usage
    /// A configuration file or environment variable is malformed.
    case configuration
    /// The input exists but is not audio that can be decoded.
    case unreadableAudio = "unreadable_audio"
    /// The input does not exist or may not be read.
    case inputMissing = "input_missing"
    /// A model file is absent.
    case modelMissing = "model_missing"
    /// A model file is damaged or of the wrong kind.
    case modelDamaged = "model_damaged"
    /// An engine (libwhisper, libllama) failed.
    case engine
    /// The language model's answer could not be used.
    case badReply = "bad_reply"
    /// A server's answer broke off before its end.
    case cutOff = "cut_off"
    /// The prompt does not fit the language model's context.
    case contextExceeded = "context_exceeded"
    /// A server (Ollama, a whisper service, a model host) cannot be reached.
    case unreachable
    /// A server is there but asks to come back later.
    case busy
    /// A server answered with an error.
    case serverError = "server_error"
    /// A server does not take the request as it is: asking again gives the same answer.
    case refused
    /// No space is left, or a quota is spent.
    case diskFull = "disk_full"
    /// A file or folder cannot be written or read by this user.
    case permission
    /// Reading or writing failed for another reason.
    case io
    /// The database is damaged.
    case database
    /// A backup is damaged, cut off, or none.
    case backupDamaged = "backup_damaged"
    /// A newer version has written the database.
    case databaseNewer = "database_newer"
    /// Nothing in the library has the given id.
    case notFound = "not_found"
    /// What is asked for contradicts what was asked for before, such as another order with the same idempotency key.
    case conflict
    /// The person stopped the work.
    case cancelled
  }

  /// The kind of failure.
  public var code: Code
  /// What was attempted, as a verb phrase: "decode".
  public var operation: String
  /// On what: a path, a model's name, an address.
  public var subject: String
  /// Why it failed, in one sentence without a full stop.
  public var cause: String
  /// The command to type, or what to do, to mend it; nil when there is nothing better than the usual ``remedy``.
  public var hint: String?

  public init(_ code: Code, _ operation: String, _ subject: String, cause: String, hint: String? = nil) {
    self.code = code
    self.operation = operation
    self.subject = subject
    self.cause = cause
    self.hint = hint
  }

  /// The same error on a file that goes by another name; a hint that speaks of the file is left out.
  func renaming(_ path: String, _ name: String) -> CommentBotError {
    guard subject == path else { return self }
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    let hint = hint.flatMap { !folder.isEmpty && $0.contains(folder) ? nil : $0 }
    return CommentBotError(code, operation, name, cause: cause, hint: hint)
  }

  /// Whether the error only says that the work was stopped.
  public static func isCancellation(_ error: any Error) -> Bool {
    error is CancellationError || (error as? CommentBotError)?.code == .cancelled
  }
}

extension CommentBotError: CustomStringConvertible {
  /// What failed, on what and why, the code, and on the next line what mends it.
  public var description: String {
    let line = "cannot \(operation) \(subject): \(cause) (\(code.rawValue))"
    return remedy.map { "\(line)\n  → \($0)" } ?? line
  }
}
