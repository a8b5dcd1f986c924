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
    let removal = RecordingRemoval(home: home, library: library, jobs: SQLiteJobStore(library))
    let deleted = try await removal.remove(recording.sha256).rows
    Console.out(
      "deleted \(Console.safe(recording.name)) (\(recording.id)): "
        + [
          CountText.of(deleted.transcripts, "transcript"), CountText.of(deleted.segments, "segment"),
          CountText.of(deleted.comments, "comment"), CountText.of(deleted.folders.count, "folder"),
        ].joined(separator: ", "))
  }
}
