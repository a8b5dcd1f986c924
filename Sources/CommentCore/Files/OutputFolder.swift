public import Foundation

/// A folder that a person named for the transcripts of one run, with the file names of openai-whisper: the input's
/// name without its extension and the format's extension.
///
/// Two inputs of one run with the same name, such as `a.mp3` and `a.wav`, do not overwrite each other: the second one's
/// files carry the first 12 digits of its hash as well. Files of earlier runs are replaced.
public actor OutputFolder {
  /// The folder, made when something is written.
  public nonisolated let url: URL
  /// Which recording has taken a name; in lower case, as some file systems do not tell the cases apart.
  private var takers: [String: String] = [:]
  private let executor = BlockingExecutor(label: "commentbot.output")
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  public init(_ url: URL) {
    self.url = url
  }

  /// Writes the transcript in the given formats.
  /// - Returns: the files, in the order of the formats.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  @discardableResult
  public func write(
    _ transcript: Transcript, of recording: Recording, formats: [TranscriptFormat],
    options: SubtitleOptions = SubtitleOptions()
  ) throws -> [URL] {
    try AtomicFile.makeFolder(url)
    let name = take(recording)
    return try formats.map { format in
      let file = url.appending(path: "\(name).\(format.fileExtension)")
      let text = format.render(transcript, title: recording.title, options: options)
      try AtomicFile.write(Data(text.utf8), to: file)
      return file
    }
  }

  private func take(_ recording: Recording) -> String {
    // Names are kept as they are unless they cannot be a file's name.
    let isUsable = !recording.name.isEmpty && !recording.name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    let name = isUsable && recording.name.utf8.count <= 240 ? recording.name : FileName.safe(recording.name)
    let taker = takers[name.lowercased(), default: recording.sha256]
    takers[name.lowercased()] = taker
    return taker == recording.sha256 ? name : "\(name)-\(recording.id)"
  }
}
