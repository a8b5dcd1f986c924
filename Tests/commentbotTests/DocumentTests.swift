import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// Whether the documents tell of what there is: commands that parse, scripts, checks, figures and alerts by their names.
struct DocumentTests {
  private static let documents = ["README.md"] + documentsOfDoc

  private static var documentsOfDoc: [String] {
    let folder = Package.root.appending(path: "data/doc")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    // The program itself writes CLI.md, with the bare names of commands; ReferenceTests compares it.
    return names.filter { $0.lowercased().hasSuffix(".md") && $0 != "CLI.md" }.sorted().map { "data/doc/\($0)" }
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Package.root.appending(path: path), encoding: .utf8)
  }

  /// Names in backquotes in the rows of tables.
  private static func named(_ pattern: String, in text: String) throws -> Set<String> {
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") }.joined(separator: "\n")
    let regex = try Regex("`(\(pattern))`", as: (Substring, Substring).self)
    return Set(rows.matches(of: regex).map { String($0.output.1) })
  }

  @Test func operations_nameEveryCheckFigureAndAlert() throws {
    let text = try Self.text("data/doc/OPERATIONS.md")
    let groups = CheckGroup.allCases.map(\.rawValue).joined(separator: "|")
    #expect(try Self.named("(?:\(groups))\\.[a-z_]+", in: text) == Set(Check.all.map(\.id)))
    #expect(try Self.named("commentbot_[a-z_]+", in: text) == Set(MetricHelp.texts.keys))
    let rules = try Self.text("data/config/prometheus/rules.yml")
    let alerts = Set(rules.matches(of: #/- alert: (\w+)/#).map { String($0.output.1) })
    let rows = try Self.named("[A-Z]\\w+", in: text)
    #expect(!alerts.isEmpty && alerts.isSubset(of: rows))
    let tested = try Self.text("data/config/prometheus/rules.test.yml")
    for alert in alerts { #expect(tested.contains("alertname: \(alert)\n"), "\(alert) has no case") }
  }

  /// Lines of code blocks and of tables that begin with `commentbot`, without what the shell does with them.
  static func commands(in text: String) -> [String] {
    var commands: [String] = []
    var isCode = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isCode.toggle()
      } else if isCode {
        let bare = line.replacing(#/^\$ /#, with: "").replacing(#/^([A-Z_]+=\S* )+/#, with: "")
        commands += bare.split(separator: " && ").map(String.init)
      } else if line.contains("commentbot ") {
        commands += line.matches(of: #/`(?:[A-Z_]+=\S+ )*(commentbot [^`]+)`/#).map { String($0.output.1) }
      }
    }
    // What is not closed stands for more.
    return commands.filter { command in
      command.hasPrefix("commentbot ") && !["…", "|", "["].contains { command.contains($0) }
    }
  }

  /// As a shell does, but for variables.
  static func words(of command: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in command {
      switch character {
      case quote: quote = nil
      case "'", "\"":
        if quote == nil { (quote, word) = (character, word ?? "") } else { word?.append(character) }
      case " " where quote == nil:
        if let word { words.append(word) }
        word = nil
      case "#" where quote == nil && word == nil, "&" where quote == nil && word == nil: return words
      default: word = (word ?? "") + String(character)
      }
    }
    return words + [word].compactMap { $0 }
  }

  @Test(arguments: documents) func commands_areThoseOfTheProgram(document: String) throws {
    let commands = Self.commands(in: try Self.text(document))
    for command in Set(commands) {
      let words = Array(Self.words(of: command).dropFirst())
      // Names that stand for a number.
      let arguments = words.map { ["SECONDS", "DAYS", "N"].contains($0) ? "1" : $0 }
      #expect(throws: Never.self, "\(document): \(command)") { _ = try CommentBot.parseAsRoot(arguments) }
    }
    #expect(document != "README.md" || commands.count > 20)
  }

  @Test(arguments: documents) func scriptsAndFiles_areThere(document: String) throws {
    let folders = ["data/", "build/", "Tests/", "Benchmarks/"]
    let endings = [".sh", ".yml", ".md", ".MD"]
    let words = try Self.text(document).split { $0.isWhitespace || "`()[]|,;*".contains($0) }
    for path in words.map(String.init) where folders.contains(where: path.hasPrefix) {
      guard endings.contains(where: path.hasSuffix), !path.contains("<") else { continue }
      #expect(
        FileManager.default.fileExists(atPath: Package.root.appending(path: path).path), "\(document): \(path)")
    }
  }
}
