import ArgumentParser
import CommentCore
import Foundation

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a transcript in another format.")

  @OptionGroup var named: RecordingArgument

  @Option(name: [.customShort("f"), .customLong("format")], help: "\(OutputFormats.help)")
  var format = "txt"

  @Option(
    name: .shortAndLong,
    help: "File to write, standard output when absent or -; for several formats the folder for their files.",
    completion: .file())
  var output: String?

  @OptionGroup(title: "Subtitles") var subtitles: SubtitleFlags

  func run() async throws {
    let formats = try OutputFormats.named(format)
    let options = try subtitles.options()
    let library = try await Composition.existingLibrary()
    let recording = try await library.recording(matching: named.id)
    let stored = try await library.finishedTranscript(of: recording, toDo: "export")
    if !stored.transcript.options.wordTimestamps {
      try subtitles.refuseLimitsWithoutWordTimes(
        hint: "commentbot process --word_timestamps True \(recording.path.shellQuoted)    # and the options of before")
    }
    guard formats.count == 1 else {
      guard let output else {
        throw CommentBotError(
          .usage, "export", "\(formats.count) formats to standard output", cause: "each needs a file of its own",
          hint: "commentbot export \(named.id.shellQuoted) -f \(format) -o FOLDER")
      }
      let folder = OutputFolder(URL(filePath: output, directoryHint: .isDirectory))
      let files = try await folder.write(stored.transcript, of: recording, formats: formats, options: options)
      return Console.out(ReportText.copies(files))
    }
    let data = Data(formats[0].render(stored.transcript, title: recording.title, options: options).utf8)
    guard let output, output != "-" else { return Console.write(data) }
    let file = URL(filePath: output)
    if (try? file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true {
      throw CommentBotError(
        .usage, "write", output, cause: "it is a folder",
        hint: "name a file in it: -o \(file.appending(path: "\(recording.name).\(format)").path.shellQuoted)")
    }
    try AtomicFile.write(data, to: file)
    Console.out(ReportText.copies([file]))
  }
}
