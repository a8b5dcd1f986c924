import CommentCore
import Foundation
import HTTPTypes
import Hummingbird

/// Jobs: submitting, looking, cancelling, trying again.
struct JobRoutes: RouteSet {
  let environment: APIEnvironment
  let intake: JobIntake
  let signal: JobEventSignal

  func add(to router: Router<ServiceContext>) {
    router.post("v1/jobs") { request, context in try await submit(request, context) }
    router.get("v1/jobs") { request, context in try await list(request, context) }
    router.get("v1/jobs/{id}") { _, context in try await show(context) }
    router.delete("v1/jobs/{id}") { _, context in try await cancel(context) }
    router.post("v1/jobs/{id}/retry") { _, context in try await retry(context) }
    router.get("v1/jobs/{id}/events") { request, context in try await events(request, context) }
  }

  // MARK: - Submit

  private func submit(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let owner = context.principal.owner
    let key = try Self.idempotencyKey(of: request)
    // Before the body: who is sent away should have sent nothing.
    try await intake.requireRoom(for: owner)
    let isForm = request.headers[.contentType]?.lowercased().hasPrefix("multipart/") ?? false
    let form: AudioForm
    if isForm {
      form = try await AudioFormReceiver(inbox: intake.inbox, maxBytes: intake.settings.maxBytes)
        .receive(request, context)
    } else {
      form = AudioForm(fields: FieldValue.fields(try await context.json(from: request)))
    }
    let (job, isNew) = try await intake.submit(
      JobRequest(form.fields), file: form.files.first, owner: owner, idempotencyKey: key)
    var response = isNew ? try SpeechResponse.json(JobView(job, attempts: [])) : try await answer(job)
    response.status = !isNew && job.state == .succeeded ? .ok : .accepted
    response.headers[.location] = "/v1/jobs/\(job.id)"
    if !isNew { response.headers[.duplicate] = "true" }
    return response
  }

  static func idempotencyKey(of request: Request) throws -> String? {
    guard let key = request.headers[.idempotencyKey] else { return nil }
    guard (1...255).contains(key.utf8.count) else {
      throw ServiceFailure(
        .badRequest, "an idempotency key has 1 to 255 bytes", param: "Idempotency-Key", code: "malformed_parameter")
    }
    return key
  }

  // MARK: - Look

  private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let fields = Fields(query: request)
    let limit = try fields.integer("limit", in: 1...1000) ?? 50
    let states = try fields.list("state").map { word in
      guard let state = Job.State(rawValue: word) else {
        let known = Job.State.allCases.map(\.rawValue).joined(separator: ", ")
        throw ServiceFailure(
          .badRequest, "'\(word)' is none of \(known)", param: "state", code: "malformed_parameter")
      }
      return state
    }
    // One more tells whether there is another page.
    let found = try await environment.jobs.jobs(
      JobFilter(
        owner: context.principal.owner, states: Set(states), batch: fields["batch"], audioHash: fields["audio_hash"],
        before: fields["cursor"], limit: min(limit + 1, 1000)))
    let page = found.prefix(limit)
    let isMore = found.count > limit || limit == 1000 && found.count == limit
    return try JobListAnswer(page: JobPage(jobs: Array(page), next: isMore ? page.last?.id : nil)).response()
  }

  private func show(_ context: ServiceContext) async throws -> Response {
    let id = try context.parameters.require("id")
    return try SpeechResponse.json(
      JobView(await environment.jobs.history(of: id, owner: context.principal.owner)).withoutPaths)
  }

  private func events(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let job = try await job(context)
    return try JobEventStream(jobs: environment.jobs, signal: signal, subject: .job(job.id)) {
      [jobs = environment.jobs] in
      try await jobs.job(job.id, owner: job.owner).state.isFinal
    }.response(to: request)
  }

  // MARK: - Change

  private func cancel(_ context: ServiceContext) async throws -> Response {
    try await answer(environment.jobs.cancel(context.parameters.require("id"), owner: context.principal.owner))
  }

  private func retry(_ context: ServiceContext) async throws -> Response {
    let job = try await environment.jobs.retry(context.parameters.require("id"), owner: context.principal.owner)
    var response = try await answer(job)
    response.status = .accepted
    return response
  }

  private func job(_ context: ServiceContext) async throws -> Job {
    try await environment.jobs.job(context.parameters.require("id"), owner: context.principal.owner)
  }

  private func answer(_ job: Job) async throws -> Response {
    try SpeechResponse.json(JobView(await environment.jobs.history(of: job.id, owner: job.owner)).withoutPaths)
  }
}

extension HTTPField.Name {
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
  /// On answers with a job that was there before.
  static let duplicate = HTTPField.Name("CommentBot-Duplicate")!
  static let lastEventID = HTTPField.Name("Last-Event-ID")!
}
