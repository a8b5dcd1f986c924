import ArgumentParser
import CommentCore
import Foundation

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Submit every audio and video file that comes into a folder.",
    discussion: """
      A file is taken when it stays as it is between two looks and nobody has it open for writing. What is done already, \
      or on its way, is not done twice, also after a restart. Stop with Ctrl-C.
      """)

  @Argument(help: "The folder; what is in folders below it is taken too.", completion: .directory)
  var folder: String

  @Option(help: "Seconds between two looks.")
  var interval = 2.0

  @Flag(help: "Take what is there, without waiting for more.")
  var once = false

  @OptionGroup var options: SubmissionFlags
  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print one JSON object a file, one line each.")
  var json = false

  func validate() throws {
    guard (0.05...86_400).contains(interval) else {
      throw ValidationError("--interval must lie between 0.05 and 86400.")
    }
  }

  func run() async throws {
    let fields = try options.fields()
    let desk = try await desk.desk()
    var watch = FolderWatch()
    // A folder that is not there is told before anything else.
    _ = try await Blocking.run { [folder] in try FolderWatch.look(into: folder) }
    if !json { Console.error("watching \(folder); stop with Ctrl-C") }
    var looks = 0
    while !once || looks < 2 || watch.isWaiting {
      let seen = try await Blocking.run { [folder] in try FolderWatch.look(into: folder) }
      for path in watch.settled(seen) {
        // A server that is away gets the file at a later look.
        if try await !submit(path, to: desk, fields) { watch.forget(path) }
      }
      looks += 1
      try await Task.sleep(for: .seconds(interval))
    }
  }

  /// - Returns: whether it need not be tried again.
  private func submit(_ path: String, to desk: any JobDesk, _ fields: [String: String]) async throws -> Bool {
    do {
      try SubmissionLine(path, await desk.submit(URL(filePath: path), fields)).tell(asJSON: json, people: Console.out)
      return true
    } catch let error as CommentBotError where error.code != .usage {
      try SubmissionLine(path, error).tell(asJSON: json, people: Console.out)
      return ![.unreachable, .busy, .serverError, .diskFull].contains(error.code)
    }
  }
}
