import CommentCore

extension [Duration] {
  /// Does the work, and again after each of these waits for as long as the server is busy.
  func retrying<Result>(_ work: () async throws -> Result) async throws -> Result {
    for delay in self {
      do {
        return try await work()
      } catch let error as CommentBotError where error.code == .busy {
        try await Task.sleep(for: delay)
      }
    }
    return try await work()
  }
}
