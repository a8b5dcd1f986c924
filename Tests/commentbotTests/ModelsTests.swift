import Foundation
import TestSupport
import Testing

/// Models of a person's own, by the real binary.
struct ModelsTests {
  private struct Row: Decodable {
    var name: String
    var fault: String?
    var hint: String?
  }

  /// An installation without models.
  private func installation() throws -> Installation {
    let home = try Installation()
    try FileManager.default.removeItem(at: home.file("data/models"))
    return home
  }

  /// One of the package's models, cut off after some bytes.
  private func cut(_ folder: String, _ beginning: String, to count: Int, in home: Installation) throws -> URL {
    let models = Package.root.appending(path: "data/models/\(folder)")
    let names = try FileManager.default.contentsOfDirectory(atPath: models.path)
    let name = try #require(names.first { $0.hasPrefix(beginning) })
    let file = home.file("cut-\(name)")
    try Data(contentsOf: models.appending(path: name), options: .alwaysMapped).prefix(count).write(to: file)
    return file
  }

  @Test(arguments: [
    ("whisper", "ggml-base", 40_000_000), ("llm", "smollm2", 40_000_000), ("whisper", "ggml-silero", 500),
  ])
  func import_cutModel_isRefused(folder: String, name: String, count: Int) throws {
    let home = try installation()
    let file = try cut(folder, name, to: count, in: home)
    let result = try home.run("models", "import", file.path)
    #expect(result.status == 65, "\(result.error)")
    #expect(result.error.contains("get the file again, then: commentbot models import '\(file.path)'"))
    #expect(!FileManager.default.fileExists(atPath: home.file("data/models/manifest.json").path))
  }

  @Test func import_wholeModel_isListedUntilItsSizeChanges() throws {
    let home = try installation()
    let file = try cut("whisper", "ggml-silero", to: .max, in: home)
    #expect(try home.run("models", "import", file.path).status == 0)
    #expect(try home.run("models", "list").out.contains("✓ silero "))
    let installed = home.file("data/models/whisper/ggml-silero-v6.2.0.bin")
    try Data(contentsOf: installed).prefix(1000).write(to: installed)
    let list = try home.run("models", "list").out
    #expect(list.contains("✗ silero ") && list.contains("it has 1000 bytes, and 885098 were installed"))
    let rows = try home.run("models", "list", "--json").out.split(separator: "\n").map {
      try JSONDecoder().decode(Row.self, from: Data($0.utf8))
    }
    #expect(rows.filter { $0.fault != nil }.map(\.name) == ["silero"])
    #expect(rows.first?.hint == "commentbot models import '\(file.path)' --name silero")
  }
}
