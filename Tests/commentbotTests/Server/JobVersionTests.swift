import CommentCore
import TestSupport
import Testing

@testable import commentbot

/// The same order with another model is another job.
@Suite struct JobVersionTests {
  @Test func order_withOtherModels_isDoneAgain() async throws {
    let scratch = try Scratch()
    let home = Home(root: scratch.url)
    let library = try Library(at: home.database)
    let store = SQLiteJobStore(library)
    let order = JobOrder(name: "a", audioHash: String(repeating: "a", count: 64), byteCount: 1)
    _ = try await store.submit(JobSubmission(owner: "ann", order: order))
    func isNew(_ change: (inout Settings) -> Void) async throws -> Bool {
      var settings = Settings()
      change(&settings)
      let request = try JobRequest(["audio_hash": order.audioHash])
      return try await JobIntake(home: home, library: library, jobs: store, settings: settings)
        .submit(request, owner: "ann").isNew
    }
    #expect(try await isNew { _ in })
    #expect(try await !isNew { _ in })
    #expect(try await !isNew { $0.threads = 1 })
    #expect(try await isNew { $0.whisperModel = "small" })
    #expect(try await isNew { $0.llm = .none })
    #expect(try await isNew { $0.ollamaModel = "qwen3:4b" })
  }
}
