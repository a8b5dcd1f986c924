import ArgumentParser
import CommentCore
import Foundation

struct DiagnoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose", abstract: "Say what is wrong with this installation and how to mend it.",
    discussion: "The exit status is 1 when a check fails; warnings do not count.")

  @Flag(help: "Print one JSON object a check, one line each.")
  var json = false

  func run() async throws {
    let home = Home.locate()
    var settings = Settings()
    var groups: [(String, [Finding])] = []
    do {
      settings = try await Settings.load(home: home)
      groups.append(("Configuration", [.ok("configuration.values", "read without errors")]))
    } catch let error as CommentBotError {
      let finding = Finding.failure(
        "configuration.values", "\(error.subject): \(error.cause)", fix: error.hint ?? "edit \(home.configuration.path)"
      )
      groups.append(("Configuration", [finding]))
    }
    groups.append(("Machine and libraries", MachineChecks(settings: settings).findings()))
    groups.append(("Storage", try await StorageChecks(home: home).findings()))
    groups.append(("Models", try await ModelChecks(home: home, settings: settings).findings()))
    try show(groups)
    if groups.contains(where: { $0.1.contains { $0.status == .failure } }) { throw ExitStatus.someFailed }
  }

  private func show(_ groups: [(String, [Finding])]) throws {
    for (title, findings) in groups {
      if json {
        for finding in findings { Console.out(try JSONLine.of(finding)) }
        continue
      }
      Console.out(title)
      for finding in findings {
        Console.out("  \(finding.status.mark) \(Console.safe(finding.evidence))")
        if let fix = finding.fix { Console.out("      → \(fix)") }
      }
    }
    guard !json else { return }
    let all = groups.flatMap(\.1)
    let failures = all.count { $0.status == .failure }
    let warnings = all.count { $0.status == .warning }
    let tail = CountText.of(warnings, "warning")
    Console.out(failures == 0 ? "ready (\(tail))" : "\(failures) failed, \(tail)")
  }
}
