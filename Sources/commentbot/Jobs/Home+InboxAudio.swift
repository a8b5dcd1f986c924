import CommentCore
import Foundation

extension Home {
  /// Where the audio of a job is that was uploaded.
  /// - Throws: ``CommentBotError`` with code `inputMissing`.
  @Sendable func inboxAudio(_ job: Job) throws -> URL {
    try AudioInbox(folder: inbox).file(of: job.order.audioHash, name: job.order.name)
  }
}
