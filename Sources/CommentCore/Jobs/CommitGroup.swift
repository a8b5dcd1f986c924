import GRDB
import Synchronization

/// Gathers writes that come while another one is being committed into one transaction: what a small write costs is the
/// disk's sync at its end. Each has a savepoint of its own, and is answered when what it wrote is on the disk.
final class CommitGroup: Sendable {
  private struct Write: Sendable {
    /// Runs in the transaction.
    /// - Returns: what tells whoever waits, once the transaction has ended.
    let run: @Sendable (Database) throws -> @Sendable (Result<Void, any Error>) -> Void
    /// Tells that it could not even run.
    let fail: @Sendable (any Error) -> Void
  }

  private struct State {
    var waiting: [Write] = []
    var isCommitting = false
  }

  private let library: Library
  private let state = Mutex(State())

  init(_ library: Library) {
    self.library = library
  }

  /// - Throws: what `body` throws, whose writes are then taken back; ``CommentBotError`` when nothing could be
  ///   committed.
  func write<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let write = Write {
        db in
        let result = try Self.inSavepoint(of: db, body)
        return { committed in continuation.resume(with: committed.flatMap { result }) }
      } fail: {
        continuation.resume(throwing: $0)
      }
      let isFirst = state.withLock { state in
        state.waiting.append(write)
        defer { state.isCommitting = true }
        return !state.isCommitting
      }
      // Not on the shared pool: heartbeats are written even while that is busy.
      if isFirst { Task(executorPreference: Library.writers) { await self.commitAll() } }
    }
  }

  private func commitAll() async {
    while let writes = next() {
      do {
        let answers = try await library.write("write to the queue in") { db in try writes.map { try $0.run(db) } }
        for answer in answers { answer(.success(())) }
      } catch {
        for write in writes { write.fail(error) }
      }
    }
  }

  private func next() -> [Write]? {
    state.withLock { state in
      let writes = state.waiting
      state.waiting = []
      state.isCommitting = !writes.isEmpty
      return writes.isEmpty ? nil : writes
    }
  }

  /// - Throws: what ended the whole transaction, such as a full disk; what `body` throws is its result.
  private static func inSavepoint<Value>(
    of db: Database, _ body: (Database) throws -> Value
  ) throws -> Result<Value, any Error> {
    var value: Value?
    do {
      try db.inSavepoint {
        value = try body(db)
        return .commit
      }
    } catch {
      guard db.isInsideTransaction else { throw error }
      return .failure(error)
    }
    return value.map { .success($0) } ?? .failure(DatabaseError(resultCode: .SQLITE_ABORT))
  }
}
