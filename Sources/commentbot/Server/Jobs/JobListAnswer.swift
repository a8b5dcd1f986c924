import CommentCore
import Foundation
import Hummingbird

/// A ``JobPage`` as it is sent. Its keys are written as they are told, since to convert them for each job of a page
/// takes longer than to read the page from the database.
struct JobListAnswer: Encodable {
  let page: JobPage

  private enum CodingKeys: String, CodingKey { case jobs, next }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(page.jobs.map(Line.init), forKey: .jobs)
    try container.encodeIfPresent(page.next, forKey: .next)
  }

  func response() throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    let body = ByteBuffer(bytes: try encoder.encode(self))
    return Response(status: .ok, headers: [.contentType: SpeechResponse.jsonType], body: .init(byteBuffer: body))
  }

  private struct Line: Encodable {
    let job: JobSummary

    enum CodingKeys: String, CodingKey {
      case id, kind, state, name, batch, priority, attempt, stage, progress, created, finished
      case audioHash = "audio_hash"
      case isCancelRequested = "cancel_requested"
      case lastError = "last_error"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(job.id, forKey: .id)
      try container.encode(job.kind.rawValue, forKey: .kind)
      try container.encode(job.state.rawValue, forKey: .state)
      try container.encode(job.name, forKey: .name)
      try container.encode(job.audioHash, forKey: .audioHash)
      try container.encodeIfPresent(job.batch, forKey: .batch)
      try container.encode(job.priority, forKey: .priority)
      try container.encode(job.attempt, forKey: .attempt)
      try container.encode(job.isCancelRequested, forKey: .isCancelRequested)
      try container.encodeIfPresent(job.stage?.rawValue, forKey: .stage)
      try container.encode(job.progress, forKey: .progress)
      try container.encode(job.created, forKey: .created)
      try container.encodeIfPresent(job.finished, forKey: .finished)
      try container.encodeIfPresent(job.lastError?.withoutPaths, forKey: .lastError)
    }
  }
}
