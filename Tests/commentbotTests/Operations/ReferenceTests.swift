import ArgumentParser
import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// What the program writes of itself: the files in the repository are what it would write now.
struct ReferenceTests {
  @Test(arguments: [
    ("data/doc/CLI.md", ["man", "--markdown"]), ("data/config/commentbot.yml", ["config"]),
    (".env.example", ["config", "--env"]),
  ])
  func file_inTheRepository_isWhatTheProgramWrites(file: String, command: [String]) throws {
    let written = try Installation().run(command)
    #expect(written.status == 0 && written.out.count > 1000, "\(written.error)")
    let kept = try? String(contentsOf: Package.root.appending(path: file), encoding: .utf8)
    #expect(kept == written.out, "write it again: commentbot \(command.joined(separator: " ")) > \(file)")
  }

  @Test func reference_namesEveryCommandOptionAndStatus() throws {
    let text = try Installation().run("man", "--markdown").out
    for command in CommentBot.configuration.subcommands {
      #expect(text.contains("## commentbot \(try #require(command.configuration.commandName))\n"))
    }
    for words in ["## commentbot models pull\n", "`--keep-config`", "`--passphrase-file <passphrase-file>`", "| 77 |"] {
      #expect(text.contains(words), "\(words)")
    }
    for code in CommentBotError.Code.allCases {
      let status = ExitStatus.of(CommentBotError(code, "do", "it", cause: "of a test"))
      #expect(ExitStatus.meanings.contains { $0.status == status }, "\(code)")
    }
  }

  /// By both programs that show manual pages.
  @Test func manualPage_isReadWithoutAWarning() throws {
    let home = try Installation()
    let page = try home.run("man")
    let file = home.file("commentbot.1")
    try Data(page.out.utf8).write(to: file)
    let lint = try Command.run("mandoc", ["-T", "lint", "-W", "warning", file.path])
    #expect(lint.status == 0 && lint.out.isEmpty && lint.error.isEmpty, "\(lint.out)\(lint.error)")
    let shown = try Command.run("mandoc", ["-T", "utf8", file.path]).out.replacing(/.\u{8}/, with: "")
    for words in [
      "commentbot restore", "--keep-config", "COMMENTBOT_SERVE_PORT", "EXIT STATUS", "commentbot models pull",
    ] {
      #expect(shown.contains(words), "\(words)")
    }
  }

  @Test func completions_ofBash_completeCommandsAndOptions() throws {
    let home = try Installation()
    let script = try home.run("completions", "bash")
    #expect(script.status == 0)
    try Data(script.out.utf8).write(to: home.file("script"))
    func completed(_ words: String...) throws -> [String] {
      let ask = """
        source ./script
        COMP_WORDS=(\(words.map(\.shellQuoted).joined(separator: " "))) COMP_CWORD=\(words.count - 1)
        COMP_LINE="${COMP_WORDS[*]}" COMP_POINT=${#COMP_LINE}
        _commentbot commentbot "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      let result = try Command.run("bash", ["-c", ask], environment: home.environment, folder: home.scratch.url)
      return result.out.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    #expect(try completed("commentbot", "rest").contains("restore"))
    #expect(try completed("commentbot", "restore", "--keep").contains("--keep-config"))
    #expect(try completed("commentbot", "process", "scr") == ["script"])
    for shell in ["zsh", "fish"] {
      let script = try home.run("completions", shell).out
      #expect(script.contains("restore") && script.contains("keep-config"), "\(shell)")
    }
    let unknown = try home.run("completions", "tcsh")
    #expect(unknown.status == 64 && unknown.error.contains("bash, fish, zsh"), "\(unknown.error)")
  }

  /// As it is, and with each line taken into use.
  @Test func settingsFile_isReadAndChangesNothing() async throws {
    let home = try Installation()
    let file = home.file("data/config/commentbot.yml")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let text = try home.run("config").out
    func settings(_ text: String?) async throws -> Settings {
      if let text { try Data(text.utf8).write(to: file) }
      return try await Settings.load(home: Home(root: home.scratch.url), environment: [:])
    }
    let plain = "\(try await settings(nil))"
    #expect(try await "\(settings(text))" == plain)
    #expect(try home.run("list").status == 0)

    for setting in Setting.all where !setting.key.hasPrefix("jwt.") {
      let used = taking([setting.key], in: text)
      #expect(used != text, "\(setting.key)")
      let read = "\(try await settings(used))"
      // The model's name is also what a service is asked for, and fewer threads are taken than there may be cores.
      if setting.standard != nil, setting.key != "whisper.model" { #expect(read == plain, "\(setting.key)") }
      if setting.standard == nil, setting.key != "threads" { #expect(read != plain, "\(setting.key)") }
    }
    let tokens = ["jwt.algorithm", "jwt.public_key_file", "jwt.audience", "jwt.issuer"]
    #expect(try await settings(taking(tokens, in: text)).serve.jwt?.issuer == "https://example.org")
  }

  /// A number that is none is refused by its name: so the key is read.
  @Test func settings_thatAreMalformed_areNamed() async throws {
    for setting in Setting.all where Double(setting.example) != nil || Bool(setting.example) != nil {
      let error = await #expect(throws: CommentBotError.self, "\(setting.key)") {
        let home = Home(root: try Scratch().url)
        return try await Settings.load(home: home, environment: [setting.variables[0]: "no such value"])
      }
      #expect(
        error?.code == .configuration && error?.cause.contains(setting.variables[0]) == true,
        "\(setting.key): \(error?.cause ?? "")")
    }
  }

  @Test func settings_thatAreRead_areAllDescribed() throws {
    let folder = Package.root.appending(path: "Sources/commentbot/Composition")
    let sources = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let read = try sources.flatMap { file in
      try String(contentsOf: file, encoding: .utf8).matches(of: /(forKey: |positive\(config, )"([a-z_.]+)"/).map(
        \.output.2)
    }
    #expect(Set(read.map(String.init)) == Set(Setting.all.map(\.key)))
  }

  @Test func environmentExample_namesAllThatTheComposeFilesTake() throws {
    let example = try Installation().run("config", "--env").out
    let files = try FileManager.default.contentsOfDirectory(at: Package.root, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix("docker-compose") }
    #expect(files.count > 2)
    for file in files {
      for name in try String(contentsOf: file, encoding: .utf8).matches(of: /[^$]\$\{([A-Z_0-9]+)/).map(\.output.1) {
        #expect(
          example.contains("\n#\(name)=") || example.contains("\n#COMMENTBOT_\(name)="),
          "\(name) of \(file.lastPathComponent)")
      }
    }
  }

  /// The lines of these keys without their marks.
  private func taking(_ keys: [String], in text: String) -> String {
    var section = ""
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if let title = line.wholeMatch(of: /([a-z]+):/) { section = "\(title.output.1)." }
      guard let match = line.wholeMatch(of: /( *)#([a-z_]+): (.*)/) else { return String(line) }
      let (indent, name, value) = (match.output.1, match.output.2, match.output.3)
      let key = indent.isEmpty ? String(name) : section + name
      return keys.contains(key) ? "\(indent)\(name): \(value)" : String(line)
    }.joined(separator: "\n")
  }
}
