public import CommentCore

/// The code of the ``CommentBotError`` that the work throws; nil when it throws none, or another error.
public func errorCode(
  isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Void
) async -> CommentBotError.Code? {
  do {
    try await work()
    return nil
  } catch {
    return (error as? CommentBotError)?.code
  }
}
