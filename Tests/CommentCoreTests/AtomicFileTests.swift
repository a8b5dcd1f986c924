import Foundation
import Testing

@testable import CommentCore

struct AtomicFileTests {
  @Test func write_makesAndReplacesTheFile_andLeavesNothingElse() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appending(path: "日本 it's.txt")
      try AtomicFile.write(Data("first".utf8), to: file)
      try AtomicFile.write(Data(), to: file)
      #expect(try Data(contentsOf: file) == Data())
      let long = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) })
      try AtomicFile.write(long, to: file)
      #expect(try Data(contentsOf: file) == long)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["日本 it's.txt"])
    }
  }

  @Test func write_thatFails_leavesNothingBehind() async throws {
    try await withTemporaryFolder { folder in
      let taken = folder.appending(path: "taken")
      try AtomicFile.makeFolder(taken)
      let error = #expect(throws: CommentBotError.self) { try AtomicFile.write(Data("x".utf8), to: taken) }
      #expect(error?.code == .io)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
    }
  }

  @Test func write_severalOfWhichOneFails_leavesAllAsTheyWere() async throws {
    try await withTemporaryFolder { folder in
      let names = ["a", "b", "mark"]
      func contents() throws -> [String: String] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try Dictionary(
          uniqueKeysWithValues: files.map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) })
      }
      try AtomicFile.write(names, in: folder) { Data("old \($0)".utf8) }
      let old = ["a": "old a", "b": "old b", "mark": "old mark"]
      #expect(try contents() == old)
      #expect(throws: CancellationError.self) {
        try AtomicFile.write(names, in: folder) { name in
          if name == "mark" { throw CancellationError() }
          return Data("new".utf8)
        }
      }
      #expect(try contents() == old)
      // A folder cannot be replaced by a file: the names before it have changed, and the mark tells.
      try FileManager.default.removeItem(at: folder.appending(path: "b"))
      try AtomicFile.makeFolder(folder.appending(path: "b"))
      #expect(throws: CommentBotError.self) { try AtomicFile.write(names, in: folder) { Data("new \($0)".utf8) } }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "b"])
    }
  }

  @Test func write_intoAFolderThatIsNotThere_fails() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appending(path: "none/file")
      let error = #expect(throws: CommentBotError.self) { try AtomicFile.write(Data(), to: file) }
      #expect(error?.code == .io)
      #expect(error?.subject == file.path)
    }
  }

  @Test func write_whereNobodyMay_isAQuestionOfPermission() {
    // Nobody can make files in /sys, not even root.
    let error = #expect(throws: CommentBotError.self) {
      try AtomicFile.write(Data("x".utf8), to: URL(filePath: "/sys/kernel/file"))
    }
    #expect(error?.code == .permission)
    // What is not there cannot be listed.
    #expect(error?.hint?.hasPrefix("ls -ld '/sys/kernel'    #") == true)
  }

  @Test func write_onAFullDevice_isAFullDisk() {
    // Every write to /dev/full fails as on a full disk.
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let error = #expect(throws: CommentBotError.self) {
      try AtomicFile(descriptor: descriptor, subject: "/data/file").append(Data("x".utf8))
    }
    #expect(error?.code == .diskFull)
    #expect(error?.hint?.hasPrefix("df -h '/data'") == true)
  }

  @Test func makeFolder_belowAFile_namesTheFile() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      for place in [file, file.appending(path: "a/b"), folder.appending(path: "no/../file/a")] {
        let error = #expect(throws: CommentBotError.self) { try AtomicFile.makeFolder(place) }
        #expect(error?.cause == "\(file.path) is a file" && error?.subject == place.path)
      }
      let roundabout = folder.appending(path: "no/../made")
      try AtomicFile.makeFolder(roundabout)
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "made").path))
    }
  }

  @Test func makeFolder_makesThoseAboveIt() async throws {
    try await withTemporaryFolder { folder in
      let deep = folder.appending(path: "a/b/c")
      try AtomicFile.makeFolder(deep)
      try AtomicFile.makeFolder(deep)
      try AtomicFile.write(Data(), to: deep.appending(path: "file"))
      let error = #expect(throws: CommentBotError.self) { try AtomicFile.makeFolder(deep.appending(path: "file")) }
      #expect(error?.code == .io)
      let forbidden = #expect(throws: CommentBotError.self) { try AtomicFile.makeFolder(URL(filePath: "/sys/x/y")) }
      #expect(forbidden?.code == .permission)
    }
  }

  @Test(arguments: [
    (ENOSPC, CommentBotError.Code.diskFull), (EDQUOT, .diskFull), (EACCES, .permission), (EPERM, .permission),
    (EROFS, .permission), (EIO, .io),
  ])
  func errno_isTold(code: Int32, expected: CommentBotError.Code) {
    #expect(CommentBotError(errno: code, "write", "/a/b").code == expected)
  }

  @Test func shellQuoted_isOneWordOfAShell() throws {
    let nasty = "it's; $(rm) `x` \"q\" '\u{301} \\ \n é"
    let shell = Process()
    let output = Pipe()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "printf %s \(nasty.shellQuoted)"]
    shell.standardOutput = output
    try shell.run()
    let data = try output.fileHandleForReading.readToEnd()
    shell.waitUntilExit()
    #expect(data == Data(nasty.utf8))
  }
}
