import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

@Suite struct QueueRoomTests {
  @Test func room_isTakenDownToTheLastJob_byEachOwnerForHimself() async throws {
    let scratch = try Scratch()
    let store = SQLiteJobStore(try Library(at: scratch.url.appending(path: "library.sqlite")))
    let room = QueueRoom(jobs: store, limit: 9)
    for owner in ["ann", "bob"] {
      for number in 0..<9 {
        #expect(try await room.hasRoom(for: owner), "\(owner) \(number)")
        let order = JobOrder(name: "a", audioHash: String(format: "%064d", number), byteCount: 1)
        _ = try await store.submit(JobSubmission(owner: owner, order: order))
      }
      #expect(try await !room.hasRoom(for: owner))
    }
    let first = try #require(try await store.jobs(JobFilter(owner: "ann")).first)
    _ = try await store.cancel(first.id, owner: "ann")
    #expect(try await room.hasRoom(for: "ann"))
    #expect(try await !room.hasRoom(for: "bob"))
  }
}
