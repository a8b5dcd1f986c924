import Foundation
import TestSupport

/// A file system with little room at a folder of an installation, in a mount namespace of one server's own.
struct SmallDisk {
  var folder: String
  var kilobytes: Int

  /// What the server's command line begins with. Where mounting is not permitted, the server does not start and says
  /// so.
  func command(in home: Installation) -> [String] {
    let script = """
      mkdir -p '\(home.file(folder).path)' \\
      && mount -t tmpfs -o size=\(kilobytes)k tmpfs '\(home.file(folder).path)' \\
      || { echo 'this test has to mount a file system, which is not permitted here' >&2; exit 1; }
      exec "$0" "$@"
      """
    return ["unshare", "-rm", "sh", "-c", script]
  }

  /// The folder as the server sees it.
  func url(in service: RunningService) -> URL {
    URL(filePath: "/proc/\(service.process.processIdentifier)/root\(service.home.file(folder).path)")
  }

  /// Takes all the room.
  func fill(_ service: RunningService) throws {
    let filler = url(in: service).appending(path: "filler").path
    let result = try Command.run("dd", ["if=/dev/zero", "of=\(filler)", "bs=4k"])
    guard result.status == 1, result.error.contains("No space left") else {
      throw TestFailure("the disk did not become full: \(result.error)")
    }
  }

  func empty(_ service: RunningService) throws {
    try FileManager.default.removeItem(at: url(in: service).appending(path: "filler"))
  }

  /// Files and their sizes.
  func files(in service: RunningService) throws -> [String: Int] {
    let root = url(in: service)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).reduce(into: [:]) { files, name in
      let facts = try FileManager.default.attributesOfItem(atPath: root.appending(path: name).path)
      if facts[.type] as? FileAttributeType == .typeRegular { files[name] = (facts[.size] as? NSNumber)?.intValue }
    }
  }
}
