import CommentCore
import Foundation
import HTTPTypes
import Hummingbird

/// Many jobs at once.
struct BatchRoutes: RouteSet {
  /// Files, or paths and hashes, in one request.
  private static let maxItems = 1000

  let environment: APIEnvironment
  let intake: JobIntake
  let signal: JobEventSignal

  func add(to router: Router<ServiceContext>) {
    router.post("v1/batches") { request, context in try await submit(request, context) }
    router.get("v1/batches") { request, context in try await list(request, context) }
    router.get("v1/batches/{id}") { _, context in try SpeechResponse.json(BatchView(try await batch(context))) }
    router.delete("v1/batches/{id}") { _, context in try await cancel(context) }
    router.post("v1/batches/{id}/retry") { _, context in try await retry(context) }
    router.get("v1/batches/{id}/events") { request, context in try await events(request, context) }
  }

  // MARK: - Submit

  /// What became of one file.
  private struct Item: Encodable {
    enum Result: String, Encodable {
      case accepted
      /// The same is done already, or on its way.
      case duplicate
      case problem
    }
    var name: String?
    var result: Result
    var job: JobView?
    var problem: Problem?
  }

  private struct Answer: Encodable {
    var batch: BatchView
    var items: [Item]
  }

  /// A value of the body: `items` is a list of objects, each with its own source and its own options over the common
  /// ones.
  private enum Value: Decodable {
    case field(FieldValue)
    case items([[String: FieldValue]])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let items = try? container.decode([[String: FieldValue]].self) {
        self = .items(items)
      } else {
        self = .field(try container.decode(FieldValue.self))
      }
    }
  }

  private func submit(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let owner = context.principal.owner
    try await intake.requireRoom(for: owner)
    let (common, sources) = try await sources(request, context)
    var shared = try JobRequest(common)
    // Nothing is half taken because of a field that all of them have.
    try await intake.check(shared)
    guard shared.source == nil, shared.batch == nil else { throw JobFields.unknown("path") }
    let batch = try await environment.jobs.makeBatch(name: shared.name, owner: owner)
    shared.batch = batch.id
    var items: [Item] = []
    for (fields, file) in sources {
      items.append(try await item(fields, file, shared, owner, context))
    }
    let view = BatchView(try await environment.jobs.batch(batch.id, owner: owner))
    var response = try SpeechResponse.json(Answer(batch: view, items: items))
    response.status = .accepted
    response.headers[.location] = "/v1/batches/\(batch.id)"
    return response
  }

  private func sources(
    _ request: Request, _ context: ServiceContext
  ) async throws -> (common: [String: String], sources: [([String: String], AudioForm.File?)]) {
    if request.headers[.contentType]?.lowercased().hasPrefix("multipart/") ?? false {
      let form = try await AudioFormReceiver(
        inbox: intake.inbox, maxBytes: intake.settings.maxBytes, maxFiles: Self.maxItems
      ).receive(request, context)
      return (form.fields, form.files.map { ([:], $0) })
    }
    let body: [String: Value] = try await context.json(from: request)
    var (common, items): ([String: String], [[String: String]]) = ([:], [])
    for (name, value) in body {
      switch value {
      case .items(let list) where name == "items": items = list.map(FieldValue.fields)
      case .items: throw JobFields.unknown(name)
      // An empty list of items is a list of values too.
      case .field(let value) where name != "items": common[name] = value.text
      case .field(let value):
        guard value.text?.isEmpty ?? true else { throw JobRequest.wrong("items", "it must be a list of objects") }
      }
    }
    guard items.count <= Self.maxItems else {
      throw ServiceFailure(
        .unprocessableContent, "there may be no more than \(Self.maxItems) items", param: "items",
        code: "too_many_files", hint: "submit the rest with POST /v1/jobs and the field batch")
    }
    return (common, items.map { ($0, nil) })
  }

  /// A file that cannot be taken says so; what concerns all of them ends the request.
  private func item(
    _ fields: [String: String], _ file: AudioForm.File?, _ shared: JobRequest, _ owner: String,
    _ context: ServiceContext
  ) async throws -> Item {
    var name = file?.name ?? fields["name"] ?? fields["path"]
    do {
      try await intake.requireRoom(for: owner)
      var own = try JobRequest(fields)
      own.batch = shared.batch
      own.options = shared.options.merging(own.options) { $1 }
      own.callbackURL = own.callbackURL ?? shared.callbackURL
      if fields["priority"] == nil { own.priority = shared.priority }
      let (job, isNew) = try await intake.submit(own, file: file, owner: owner)
      name = job.order.name
      return Item(name: name, result: isNew ? .accepted : .duplicate, job: JobView(job).withoutPaths)
    } catch {
      let failure = ServiceFailure(error)
      if failure.status.code >= 500 { throw failure }
      return Item(name: name, result: .problem, problem: Problem(failure, requestID: context.id))
    }
  }

  // MARK: - Look

  private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let fields = Fields(query: request)
    let limit = try fields.integer("limit", in: 1...1000) ?? 50
    let found = try await environment.jobs.batches(
      owner: context.principal.owner, before: fields["cursor"], limit: limit + 1)
    return try SpeechResponse.json(BatchPage(found, limit: limit))
  }

  private func batch(_ context: ServiceContext) async throws -> JobBatch {
    try await environment.jobs.batch(context.parameters.require("id"), owner: context.principal.owner)
  }

  private func events(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let batch = try await batch(context)
    return try JobEventStream(jobs: environment.jobs, signal: signal, subject: .batch(batch.id)) {
      [jobs = environment.jobs] in
      try await jobs.batch(batch.id, owner: batch.owner).isFinished
    }.response(to: request)
  }

  // MARK: - Change

  private func cancel(_ context: ServiceContext) async throws -> Response {
    let batch = try await batch(context)
    let changed = try await BatchChange(jobs: environment.jobs, batch: batch).cancel()
    return try SpeechResponse.json(changed)
  }

  private func retry(_ context: ServiceContext) async throws -> Response {
    let batch = try await batch(context)
    let changed = try await BatchChange(jobs: environment.jobs, batch: batch).retry()
    var response = try SpeechResponse.json(changed)
    response.status = .accepted
    return response
  }
}
