import Foundation
import GRDB
import TestSupport
import Testing

@testable import CommentCore

struct LibraryFailureTests {
  @Test func open_fileThatIsNoDatabase_saysHowToGoOn() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "it's/library.sqlite")
      try AtomicFile.makeFolder(url.deletingLastPathComponent())
      let garbage = Data("this is no database, only text that goes on. ".utf8)
      try (garbage + Data(count: 5000)).write(to: url)
      let error = #expect(throws: CommentBotError.self) { try Library(at: url) }
      #expect(error?.code == .database)
      #expect(error?.subject == url.path)
      let hint = try #require(error?.hint)
      #expect(hint.hasPrefix("commentbot diagnose"))
      // What the hint says is typed into a shell, and then it works.
      let command = try #require(hint.range(of: "mv ")).lowerBound
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = ["-c", String(hint[command...])]
      try shell.run()
      shell.waitUntilExit()
      #expect(try await Library(at: url).recordings() == [])
    }
  }

  @Test func damagedPages_areFoundAndReported() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      do {
        let library = try Library(at: url)
        try await library.saveTranscript(.make((0..<3000).map { " word\($0) and more" }), of: .make(), folder: "f")
        #expect(try await library.integrityProblems() == [])
      }
      let handle = try FileHandle(forUpdating: url)
      let size = try handle.seekToEnd()
      // Behind the pages that every opening reads.
      for page in stride(from: UInt64(4096 * 120), to: size - 4096, by: 4096 * 2) {
        try handle.seek(toOffset: page)
        try handle.write(contentsOf: Data(repeating: 0xEE, count: 4096))
      }
      try handle.close()
      let library = try Library(at: url)
      #expect(try await library.integrityProblems() != [])
      let error = await #expect(throws: CommentBotError.self) { try await library.transcript(key: "key") }
      #expect(error?.code == .database)
      #expect(error?.hint?.hasPrefix("commentbot diagnose") == true)
      // Also while nobody reads the pages, and for one that was not asked for them.
      #expect(await errorCode { try await library.requireSound() } == .database)
      let other = try Library(at: url)
      try await other.requireSound()
      _ = try await other.integrityProblems()
      #expect(await errorCode { try await other.requireSound() } == .database)
    }
  }

  @Test func open_whereNothingMayBeWritten_isAQuestionOfPermission() async throws {
    // Nobody can make files in /sys, not even root.
    let error = #expect(throws: CommentBotError.self) { try Library(at: URL(filePath: "/sys/kernel/library.sqlite")) }
    #expect(error?.code == .permission)
    let folder = #expect(throws: CommentBotError.self) {
      try Library(at: URL(filePath: "/sys/kernel/x/library.sqlite"))
    }
    #expect(folder?.code == .permission)
  }

  @Test func open_pathOfAFolder_isNotADatabase() async throws {
    try await withTemporaryFolder { folder in
      let error = #expect(throws: CommentBotError.self) { try Library(at: folder) }
      #expect(error?.code == .io)
    }
  }

  @Test func fullDatabase_isAFullDisk() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "full.sqlite")
      let queue = try DatabaseQueue(path: url.path)
      let failure = #expect(throws: DatabaseError.self) {
        try queue.write { db in
          try db.execute(sql: "PRAGMA max_page_count = 2; CREATE TABLE t (a); CREATE TABLE u (a); CREATE TABLE v (a)")
        }
      }
      let error = CommentBotError(try #require(failure), "write to", url)
      #expect(error.code == .diskFull)
      #expect(error.hint?.hasPrefix("df -h '\(folder.path)'") == true)
    }
  }

  @Test(arguments: [
    (ResultCode.SQLITE_READONLY, CommentBotError.Code.permission), (.SQLITE_PERM, .permission),
    (.SQLITE_READONLY_DIRECTORY, .permission), (.SQLITE_FULL, .diskFull), (.SQLITE_IOERR_SHMSIZE, .diskFull),
    (.SQLITE_IOERR_READ, .io), (.SQLITE_CORRUPT_VTAB, .database), (.SQLITE_NOTADB, .database), (.SQLITE_BUSY, .busy),
    (.SQLITE_LOCKED, .busy), (.SQLITE_CONSTRAINT_CHECK, .database), (.SQLITE_ERROR, .database),
  ])
  func resultCodes_areTold(code: ResultCode, expected: CommentBotError.Code) {
    #expect(CommentBotError(DatabaseError(resultCode: code), "read", URL(filePath: "/tmp/x")).code == expected)
  }
}
