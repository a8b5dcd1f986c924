import ArgumentParser
import CommentCore

struct DeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a recording's transcripts, comments and cached audio. Your own file stays."
  )

  @OptionGroup var named: RecordingArgument

  func run() async throws {
    let home = Home.locate()
    let library = try await Composition.existingLibrary()
    let recording = try await library.recording(matching: named.id)
    // The rows last: while they are there, a deletion that failed can be repeated.
    for folder in try await library.folders(ofRecording: recording.sha256) {
      try await ResultFolder(named: folder, in: home.transcripts).remove()
    }
    try await AudioCache(folder: home.audioCache).remove(sha256: recording.sha256)
    let deleted = try await library.delete(recording: recording.sha256)
    Console.out(
      "deleted \(Console.safe(recording.name)) (\(recording.id)): "
        + [
          CountText.of(deleted.transcripts, "transcript"), CountText.of(deleted.segments, "segment"),
          CountText.of(deleted.comments, "comment"), CountText.of(deleted.folders.count, "folder"),
        ].joined(separator: ", "))
  }
}
