public import ArgumentParser
public import CommentCore
import Foundation

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a transcript in another format.")

  @Argument(help: "Id from `commentbot list`, its beginning, or the recording's name.")
  var id: String

  @Option(name: [.customShort("f"), .customLong("format")], help: "txt, vtt, srt, tsv or json.")
  var format: TranscriptFormat = .txt

  @Option(name: .shortAndLong, help: "File to write; standard output when absent.")
  var output: String?

  @OptionGroup(title: "Subtitles") var subtitles: SubtitleFlags

  func run() async throws {
    let options = try subtitles.options()
    let library = try Composition.library()
    let recording = try await library.recording(matching: id)
    guard let stored = try await library.latestTranscript(of: recording.sha256) else {
      throw CommentBotError(
        .notFound, "export", recording.name, cause: "it has no transcript",
        hint: "commentbot process \(recording.path)")
    }
    let data = Data(format.render(stored.transcript, options: options).utf8)
    guard let output else { return Console.write(data) }
    try AtomicFile.write(data, to: URL(filePath: output))
  }
}

extension TranscriptFormat: ExpressibleByArgument {}
