import CommentCore
import Foundation
import HTTPTypes
import Hummingbird

/// What an owner's recordings are: their list, one of them whole, and its end.
struct RecordingRoutes: RouteSet {
  let environment: APIEnvironment

  func add(to router: Router<ServiceContext>) {
    router.get("v1/recordings") { request, context in try await list(request, context) }
    router.get("v1/recordings/{id}") { request, context in try await show(request, context) }
    router.delete("v1/recordings/{id}") { _, context in try await delete(context) }
  }

  private struct List: Encodable {
    var recordings: [RecordingLine]
    /// What `cursor` takes for the next page; nil on the last one.
    var next: String?
  }

  private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let fields = Fields(query: request)
    let limit = try fields.integer("limit", in: 1...1000) ?? 50
    var filter = try RecordingFilter(fields, owner: context.principal.owner)
    filter.name = fields["name"]
    // One more tells whether there is another page.
    filter.limit = limit + 1
    if let cursor = fields["cursor"] {
      guard let place = RecordingPlace(cursor) else {
        throw ServiceFailure(
          .badRequest, "the cursor is none that a list has given", param: "cursor", code: "malformed_parameter")
      }
      filter.after = place
    }
    let found = try await environment.library.recordings(filter)
    let page = found.prefix(limit)
    return try SpeechResponse.json(
      List(recordings: page.map(RecordingLine.init), next: found.count > limit ? page.last?.place.text : nil))
  }

  private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let owned = try await environment.library.contents(
      ofRecording: context.recordingID(), owner: context.principal.owner)
    let showsUnproven = try Fields(query: request).boolean("keep_unproven") ?? false
    return try SpeechResponse.json(ProcessJSON(owned, showsUnproven: showsUnproven))
  }

  /// What was removed.
  private struct Removed: Encodable {
    var id: String
    var sha256: String
    /// Whether others have it too: then only the owner's right to it and his jobs are gone.
    var isShared: Bool
    var transcripts, segments, comments, checkpoints, runs, folders, jobs, uploads: Int
    /// Whether its audio was kept here.
    var audio: Bool
  }

  private func delete(_ context: ServiceContext) async throws -> Response {
    let owner = context.principal.owner
    let recording = try await environment.library.recording(id: context.recordingID(), owner: owner)
    let removal = RecordingRemoval(home: environment.home, library: environment.library, jobs: environment.jobs)
    let removed = try await removal.remove(recording.sha256, owner: owner)
    let rows = removed.rows
    return try SpeechResponse.json(
      Removed(
        id: recording.id, sha256: recording.sha256, isShared: rows.isShared, transcripts: rows.transcripts,
        segments: rows.segments, comments: rows.comments, checkpoints: rows.checkpoints, runs: rows.runs,
        folders: rows.folders.count, jobs: removed.jobs, uploads: removed.uploads, audio: removed.audio))
  }
}

extension ServiceContext {
  /// The recording that the path names, by the first digits of its hash.
  func recordingID() throws -> String { try parameters.require("id") }
}

extension RecordingFilter {
  /// What the list and the search have in common.
  init(_ fields: Fields, owner: String) throws {
    self.init(
      owner: owner, language: try fields["language"].flatMap { try Fields.language($0, param: "language") },
      from: try fields.date("from"), to: try fields.date("to"))
  }
}
