public import Foundation

/// The comments on a transcript as files: what the result folder's `comments.json` and `comments.md` hold.
public struct CommentsDocument: Sendable {
  private let recording: Recording
  private let comments: [Comment]
  private let transcriptKey: String

  public init(recording: Recording, comments: [Comment], transcriptKey: String) {
    (self.recording, self.comments, self.transcriptKey) = (recording, comments, transcriptKey)
  }

  /// For programs.
  public var json: Data {
    get throws { try JSONFile.data(CommentsFile(comments: comments, transcript: transcriptKey)) }
  }

  /// For people.
  public var markdown: Data {
    Data(CommentsMarkdown(recording: recording, comments: comments, note: Comment.note(on: comments)).text.utf8)
  }
}
