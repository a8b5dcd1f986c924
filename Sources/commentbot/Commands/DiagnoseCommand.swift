import ArgumentParser
import CommentCore
import Foundation

struct DiagnoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose", abstract: "Say what is wrong with this installation and how to mend it.",
    discussion: "The exit status is 1 when a check fails; warnings do not count.")

  @Option(help: "Only these checks or groups, with commas between them.")
  var only = ""

  @Flag(
    help: "Also transcribe a sound, ask the language model, and write to the disk, and say what an hour of audio takes."
  )
  var deep = false

  @Flag(help: "Mend what can be mended without losing anything: leftover files, folders, permissions of secrets, logs.")
  var fix = false

  @Flag(help: "List the checks.")
  var list = false

  @Flag(help: "Print one JSON object a check, one line each.")
  var json = false

  func run() async throws {
    let names = only.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let checks = try Check.named(names, isDeep: deep || list)
    if list {
      for check in checks { Console.out(json ? try JSONLine.of(Listed(check)) : "\(check.id)\t\(check.title)") }
      return
    }
    let diagnosis = try await Diagnosis.ofThisMachine()
    var report = DiagnoseReport(isJSON: json)
    for check in checks {
      guard var finding = try await check.finding(in: diagnosis) else { continue }
      var mended: String?
      if fix { (finding, mended) = try await check.mending(finding, in: diagnosis) }
      try report.tell(check, finding, mended: mended)
    }
    report.end()
    if report.failures > 0 { throw ExitStatus.someFailed }
  }

  private struct Listed: Encodable {
    var id, group, title: String
    var isDeep: Bool

    init(_ check: Check) {
      (id, group, title, isDeep) = (check.id, check.group.rawValue, check.title, check.isDeep)
    }

    enum CodingKeys: String, CodingKey {
      case id, group, title
      case isDeep = "deep"
    }
  }
}
