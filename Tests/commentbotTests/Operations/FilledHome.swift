import CommentCore
import Foundation
import TestSupport

/// An installation with recordings, made without an engine, and a folder for backups.
struct FilledHome {
  private(set) var home: Installation
  let root: Home

  init(_ names: [String] = ["Town meeting", "Über die Brücke"]) async throws {
    home = try Installation()
    // What tests before have left is none of this installation's.
    home.environment["TMPDIR"] = home.file("tmp").path
    try FileManager.default.createDirectory(at: home.file("tmp"), withIntermediateDirectories: true)
    root = Home(root: home.scratch.url)
    for name in names { try await add(name) }
    try write("data/prompts/limerick.md", "---\nname: limerick\ntitle: Limerick\n---\nWrite one.\n")
    try write("data/config/commentbot.yml", "threads: 1\n")
  }

  /// The library is closed again when it returns: no other process could restore into it.
  func add(_ name: String) async throws {
    let sha256 = try FileDigest.sha256(of: write("source", name)).hex
    let recording = Recording(
      sha256: sha256, name: name, path: "/in/\(name).mp3", byteCount: 10,
      facts: AudioFacts(
        container: "mp3", codec: "mp3", sampleRate: 8000, channels: 1, duration: 2, filledSeconds: 0, tags: [:]))
    let transcript = Transcript(
      key: sha256, language: "en", languageProbability: nil, duration: 2, engine: "engine", model: "model",
      options: TranscriptionOptions(), segments: [Segment(id: 0, start: 0, end: 2, text: " This is \(name).")],
      dropped: [])
    let folder = ResultFolder(of: recording, in: root.transcripts)
    try await folder.write(transcript, of: recording)
    try await Library(at: root.database).saveTranscript(transcript, of: recording, folder: folder.name, owner: "local")
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL { try home.write(name, text) }

  /// Makes a backup.
  /// - Returns: its file.
  func backup(_ arguments: String...) throws -> URL {
    let result = try home.run(["backup", home.file("backups").path] + arguments)
    guard result.status == 0 else { throw TestFailure(result.error) }
    return URL(filePath: result.out.trimmingCharacters(in: .newlines))
  }

  /// What a person has of an installation: every file's hash, and what the library says. Hidden files do not count.
  static func contents(_ home: Installation) throws -> [String: String] {
    var contents: [String: String] = [:]
    for folder in ["data/transcripts", "data/prompts", "data/config", "data/inbox"] {
      for name in FileManager.default.enumerator(atPath: home.file(folder).path)?.allObjects as? [String] ?? [] {
        let file = home.file(folder).appending(path: name)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue,
          !"/\(name)".contains("/.")
        else { continue }
        contents["\(folder)/\(name)"] = try FileDigest.sha256(of: file).hex
      }
    }
    contents["library"] = try home.run("list", "--json").out + home.run("search", "this").out
    return contents
  }

  static func makeOld(_ url: URL) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -200_000)], ofItemAtPath: url.path)
  }

  func contents() throws -> [String: String] { try Self.contents(home) }

  /// Hidden files and folders that a command has left in the folders of the data.
  var hidden: [String] {
    [
      root.database.deletingLastPathComponent(), root.transcripts, root.inbox, root.prompts,
      root.data.appending(path: "config"),
    ]
    .flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? [] }.filter { $0.hasPrefix(".") }
  }

  func secret(_ text: String = "correct horse battery", _ name: String = "secret") throws -> String {
    try write(name, text + "\n").path
  }
}
