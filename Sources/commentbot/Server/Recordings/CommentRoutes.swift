import CommentCore
import HTTPTypes
import Hummingbird

/// Comments anew on a transcript that is there: a job, because it may take long.
struct CommentRoutes: RouteSet {
  let environment: APIEnvironment
  let intake: JobIntake

  func add(to router: Router<ServiceContext>) {
    router.post("v1/recordings/{id}/comments") { request, context in try await comment(request, context) }
  }

  /// By the command line's names.
  private struct Order: Decodable, Sendable {
    var kinds: [String]?
    var commentLanguage: String?
    var instructions: String?
    var force: Bool?
  }

  private struct Accepted: Encodable {
    var id: String
    var state: Job.State
    /// Where to ask for the job.
    var location: String
  }

  private func comment(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let owner = context.principal.owner
    let key = try JobRoutes.idempotencyKey(of: request)
    try await intake.requireRoom(for: owner)
    let order: Order = try await context.json(from: request)
    let owned = try await environment.library.contents(ofRecording: context.recordingID(), owner: owner)
    let transcript = try owned.finished()
    let catalog = CommentKinds(in: environment.home.prompts)
    let kinds = try (order.kinds ?? CommentKind.defaultNames).map { try catalog.kind(named: $0).name }
    let language = try CommentaryOptions(language: order.commentLanguage, instructions: order.instructions).language
    var options = JobOptions(
      transcription: transcript.options, kinds: kinds, commentLanguage: language, instructions: order.instructions)
    options.isForced = order.force
    let recording = owned.recording
    let job = try await environment.jobs.submit(
      JobSubmission(
        owner: owner, kind: .comment,
        order: JobOrder(
          name: recording.name, audioHash: recording.sha256, byteCount: recording.byteCount, options: options),
        idempotencyKey: key, version: intake.version)
    ).job
    let location = "/v1/jobs/\(job.id)"
    var response = try SpeechResponse.json(Accepted(id: job.id, state: job.state, location: location))
    response.status = .accepted
    response.headers[.location] = location
    return response
  }
}
