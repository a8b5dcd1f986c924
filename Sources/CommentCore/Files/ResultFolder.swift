public import Foundation

/// The folder with the files that people see of one recording: `data/transcripts/<name>-<first 12 digits>/`.
///
/// It holds `transcript.json .txt .srt .vtt .tsv .md`, `recording.json`, and with comments `comments.json` and
/// `comments.md`. Every file is there whole or not at all. The disk may block, so the work has a thread of its own.
public actor ResultFolder {
  /// The folder's name: what the library keeps.
  public nonisolated let name: String
  /// Its place below `data/transcripts`.
  public nonisolated let url: URL
  private let executor = BlockingExecutor(label: "commentbot.results")
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// The folder of a recording.
  /// - Parameter transcripts: `data/transcripts`.
  public init(of recording: Recording, in transcripts: URL) {
    self.init(named: Self.name(of: recording), in: transcripts)
  }

  /// The name that a recording's folder gets when it is made.
  public static func name(of recording: Recording) -> String { "\(FileName.safe(recording.name))-\(recording.id)" }

  /// A folder by the name that the library has kept. A name that would lead elsewhere is made harmless.
  public init(named name: String, in transcripts: URL) {
    self.name = FileName.safe(name, maxBytes: 255)
    url = transcripts.appending(path: self.name, directoryHint: .isDirectory)
  }

  /// The formats that every transcript is kept in. The last one tells whose the others are.
  static let formats: [TranscriptFormat] = [.txt, .vtt, .srt, .tsv, .md, .json]

  private static func fileName(_ format: TranscriptFormat) -> String { "transcript.\(format.fileExtension)" }

  /// Writes `recording.json` and the transcript in the formats that are kept, with readable subtitles. Comments on
  /// another transcript are removed: the segments that they cite are gone.
  ///
  /// After a failure the folder is as it was, and not there if it was not.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  public func write(_ transcript: Transcript, of recording: Recording) throws {
    try write(["recording.json"] + Self.formats.map(Self.fileName)) { name in
      guard let format = Self.formats.first(where: { Self.fileName($0) == name }) else {
        return try JSONFile.data(recording)
      }
      let text =
        format == .json ? TranscriptJSON(transcript).complete : format.render(transcript, title: recording.title)
      return Data(text.utf8)
    }
    if let kept = keptComments(), kept.transcript != transcript.key {
      for name in ["comments.json", "comments.md"] {
        try? FileManager.default.removeItem(at: url.appending(path: name))
      }
    }
  }

  /// Makes `recording.json` agree with the recording, which may have got another name.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  public func write(_ recording: Recording) throws {
    let data = try JSONFile.data(recording)
    let file = url.appending(path: "recording.json")
    if (try? Data(contentsOf: file)) != data { try AtomicFile.write(data, to: file) }
  }

  /// Whether the files are this transcript's, in every format that is kept.
  /// - Parameter transcriptKey: the transcript's ``Transcript/key``.
  public func holds(transcriptKey: String) -> Bool {
    struct Mark: Decodable { var key: String }
    return Self.formats.allSatisfy { exists(Self.fileName($0)) }
      && read(Mark.self, Self.fileName(.json))?.key == transcriptKey
  }

  /// Whether the folder's comments are these; no comments need no files.
  public func holds(_ comments: [Comment], onTranscript transcriptKey: String) -> Bool {
    guard let kept = keptComments() else { return comments.isEmpty }
    return kept == CommentsFile(comments: comments, transcript: transcriptKey)
      && exists("comments.md")
  }

  /// Writes `comments.json` and `comments.md`.
  /// - Parameters:
  ///   - transcriptKey: the transcript that the comments are on.
  ///   - note: a remark in Markdown for the end of `comments.md`, such as that the model is weak.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  public func write(
    _ comments: [Comment], onTranscript transcriptKey: String, of recording: Recording, note: String? = nil
  ) throws {
    try write(["comments.md", "comments.json"]) { name in
      name == "comments.json"
        ? try JSONFile.data(CommentsFile(comments: comments, transcript: transcriptKey))
        : Data(CommentsMarkdown(recording: recording, comments: comments, note: note).text.utf8)
    }
  }

  /// Removes the folder with everything in it; one that is not there counts as removed.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  public func remove() throws { try FileManager.default.removeAll(at: url) }

  private func write(_ names: [String], _ data: (String) throws -> Data) throws {
    let isNew = !FileManager.default.fileExists(atPath: url.path)
    do {
      try AtomicFile.makeFolder(url)
      try AtomicFile.write(names, in: url, data)
    } catch {
      if isNew { try? FileManager.default.removeItem(at: url) }
      throw error
    }
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url.appending(path: name).path) }

  private func read<Value: Decodable>(_ type: Value.Type, _ name: String) -> Value? {
    guard let data = try? Data(contentsOf: url.appending(path: name)) else { return nil }
    return try? JSONFile.decoder.decode(type, from: data)
  }

  private func keptComments() -> CommentsFile? { read(CommentsFile.self, "comments.json") }
}

/// What `comments.json` holds.
struct CommentsFile: Codable, Equatable {
  var comments: [Comment]
  /// The transcript's key.
  var transcript: String
}

/// JSON files for people and programs: keys in snake_case and in alphabetical order, indented.
enum JSONFile {
  static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
