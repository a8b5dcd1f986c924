import Foundation
import TestSupport
import Testing

@testable import CommentCore

/// Archives, against the `tar` of the system in both directions.
struct TarTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  private let names = [
    "short", "a folder/with a file", String(repeating: "n", count: 100), String(repeating: "n", count: 101),
    "über/" + String(repeating: "ü", count: 120) + ".txt", "empty",
  ]

  private func content(_ name: String) -> Data {
    name == "empty" ? Data() : Data(String(repeating: name, count: 700).utf8)
  }

  @Test func archive_written_isReadByTar() throws {
    let sink = MemorySink()
    let writer = TarWriter(sink: sink)
    for name in names {
      let file = scratch.url.appending(path: "source")
      try content(name).write(to: file)
      let hash = try writer.add(FileSource(file), path: name, stop: StopFlag())
      #expect(try hash == FileDigest.sha256(of: file).hex)
    }
    try writer.add(Data("last".utf8), path: "last", modified: Date(timeIntervalSince1970: 1_700_000_000))
    try writer.finish()
    let folder = scratch.url.appending(path: "out")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try sink.data.write(to: scratch.url.appending(path: "a.tar"))
    let result = try Command.run("tar", ["xf", "../a.tar"], folder: folder)
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    for name in names { #expect(try Data(contentsOf: folder.appending(path: name)) == content(name), "\(name)") }
    let facts = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "last").path)
    #expect(facts[.modificationDate] as? Date == Date(timeIntervalSince1970: 1_700_000_000))
    #expect(
      try read(sink.data)
        == Dictionary(
          uniqueKeysWithValues: (names + ["last"]).map { ($0, $0 == "last" ? Data("last".utf8) : content($0)) }))
  }

  @Test func archive_ofTar_isRead() throws {
    for name in names {
      let file = scratch.url.appending(path: "in/\(name)")
      try AtomicFile.makeFolder(file.deletingLastPathComponent())
      try content(name).write(to: file)
    }
    let result = try Command.run(
      "tar", ["--format=pax", "-cf", "../a.tar"] + names, folder: scratch.url.appending(path: "in"))
    #expect(result.status == 0, "\(result.error)")
    let bytes = try Data(contentsOf: scratch.url.appending(path: "a.tar"))
    #expect(try read(bytes) == Dictionary(uniqueKeysWithValues: names.map { ($0, content($0)) }))
    #expect(throws: CommentBotError.self) { try read(bytes.prefix(3000)) }
    #expect(throws: CommentBotError.self) { try read(Data("no archive".utf8) + Data(count: 2000)) }
  }

  /// What is behind 8 GB does not fit the plain header.
  @Test func header_ofALargeFile_saysItsSizeInRecords() throws {
    let size = 20_000_000_000
    let blocks = TarHeader(path: "large", byteCount: size, modified: Date()).blocks
    #expect(blocks.count == 3 * TarHeader.blockBytes)
    let records = try #require(try TarHeader(blocks.prefix(512), subject: "it"))
    #expect(records.kind == .extended)
    var header = try #require(try TarHeader(blocks.suffix(512), subject: "it"))
    header.take(blocks[512..<(512 + records.byteCount)])
    #expect(header.byteCount == size && header.path == "large")
  }

  @Test(arguments: [
    "bd/commentbot/commentbot.sqlite", "data/transcripts/a/transcript.json", "data/prompts/x.md", "data/inbox/ab/cd",
    "data/config/commentbot.yml",
  ])
  func path_ofAPart_isKnown(path: String) throws {
    let home = Home(root: scratch.url)
    let known = try #require(BackupPart.of(path))
    #expect(known.part.folder(in: home).appending(path: known.path).path == scratch.path(path))
  }

  @Test(arguments: [
    "bd/commentbot/other", "data/config/nginx/site.conf", "data/transcripts", "data/transcripts/",
    "data/transcripts/../x",
    "data/transcripts/a//b", "data/transcripts/.hidden/x", "/data/prompts/x.md", "data/models/x", "data/inbox/./x", "",
  ])
  func path_ofNoPart_isNone(path: String) {
    #expect(BackupPart.of(path) == nil)
  }

  @Test func folders_ofTheParts_areThoseOfTheInstallation() {
    let home = Home(root: scratch.url)
    let folders = BackupPart.allCases.map { $0.folder(in: home).path }
    #expect(
      folders == [
        home.configuration.deletingLastPathComponent().path, home.prompts.path, home.inbox.path, home.transcripts.path,
        home.database.deletingLastPathComponent().path,
      ])
    #expect(BackupPart.library.holds(home.database.lastPathComponent))
    #expect(BackupPart.configuration.holds(home.configuration.lastPathComponent))
  }

  private func read(_ bytes: Data) throws -> [String: Data] {
    var files: [String: Data] = [:]
    try TarReader(source: MemorySource(bytes), subject: "it").eachFile { header, read in
      var data = Data()
      while case let piece = try read(), !piece.isEmpty { data.append(piece) }
      files[header.path] = data
    }
    return files
  }
}
