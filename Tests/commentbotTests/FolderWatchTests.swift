import Foundation
import TestSupport
import Testing

@testable import commentbot

@Suite struct FolderWatchTests {
  private func sight(_ bytes: Int, at time: Double = 0, open: Bool = false) -> FolderWatch.Sight {
    FolderWatch.Sight(byteCount: bytes, changed: Date(timeIntervalSince1970: time), isOpenForWriting: open)
  }

  @Test func file_thatGrows_isTakenWhenItStays() {
    var watch = FolderWatch()
    #expect(watch.settled(["a": sight(1)]) == [])
    #expect(watch.settled(["a": sight(2)]) == [])
    #expect(watch.settled(["a": sight(2, at: 1)]) == [])
    #expect(watch.isWaiting)
    #expect(watch.settled(["a": sight(2, at: 1)]) == ["a"])
    #expect(watch.settled(["a": sight(2, at: 1)]) == [] && !watch.isWaiting)
    #expect(watch.settled(["a": sight(3, at: 2)]) == [])
    #expect(watch.settled(["a": sight(3, at: 2)]) == ["a"])
  }

  @Test func file_thatIsEmptyOrOpen_waits() {
    var watch = FolderWatch()
    for _ in 0..<3 { #expect(watch.settled(["a": sight(0), "b": sight(5, open: true)]) == []) }
    #expect(watch.settled(["a": sight(0), "b": sight(5)]) == [])
    #expect(watch.settled(["a": sight(0), "b": sight(5)]) == ["b"])
    watch.forget("b")
    #expect(watch.settled(["a": sight(0), "b": sight(5)]) == ["b"])
  }

  @Test func file_openForWriting_isSeenToBe() throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "a.wav")
    try Data([1]).write(to: file)
    let path = file.standardizedFileURL.path
    #expect(try FolderWatch.look(into: scratch.url.path)[path]?.isOpenForWriting == false)
    let handle = try FileHandle(forWritingTo: file)
    #expect(try FolderWatch.look(into: scratch.url.path)[path]?.isOpenForWriting == true)
    try handle.close()
    #expect(try FolderWatch.look(into: scratch.url.path)[path]?.isOpenForWriting == false)
  }
}
