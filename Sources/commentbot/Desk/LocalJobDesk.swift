import CommentCore
import Foundation

/// The queue of this machine's library: a worker or a server here does the work.
struct LocalJobDesk: JobDesk {
  let home: Home
  let store: any JobStore
  private let owner = Principal.localOwner
  private let version: String

  /// - Throws: ``CommentBotError`` when the library cannot be opened.
  init(home: Home = .locate()) async throws {
    self.home = home
    version = try await Settings.load(home: home).jobVersion
    store = SQLiteJobStore(try await Composition.library(at: home))
  }

  func jobs(_ query: JobQuery) async throws -> JobPage {
    let found = try await store.jobs(
      JobFilter(
        owner: owner, states: Set(query.states), batch: query.batch, before: query.cursor, limit: query.limit + 1))
    let page = found.prefix(query.limit)
    return JobPage(jobs: Array(page), next: found.count > query.limit ? page.last?.id : nil)
  }

  func job(_ id: String) async throws -> JobView {
    JobView(try await store.history(of: id, owner: owner))
  }

  func cancel(_ id: String) async throws -> JobView { JobView(try await store.cancel(id, owner: owner)) }

  func retry(_ id: String) async throws -> JobView { JobView(try await store.retry(id, owner: owner)) }

  func submit(_ file: URL, _ fields: [String: String]) async throws -> (job: JobView, isNew: Bool) {
    let request = try usage { try JobRequest(fields) }
    let order = try await Blocking.run { [home] in
      let digest = try FileDigest.sha256(of: file)
      guard digest.byteCount > 0 else {
        throw CommentBotError(.unreadableAudio, "submit", file.path, cause: "the file is empty")
      }
      return JobOrder(
        name: file.lastPathComponent, audioHash: digest.hex, byteCount: digest.byteCount,
        path: file.standardizedFileURL.path,
        options: try usage { try JobFields.options(request.options, in: home) }, callbackURL: request.callbackURL)
    }
    let (job, isNew) = try await store.submit(
      JobSubmission(owner: owner, order: order, priority: request.priority, batch: request.batch, version: version))
    return (JobView(job), isNew)
  }

  func makeBatch(name: String?) async throws -> BatchView {
    BatchView(try await store.makeBatch(name: name, owner: owner))
  }

  func batches(cursor: String?, limit: Int) async throws -> BatchPage {
    BatchPage(try await store.batches(owner: owner, before: cursor, limit: limit + 1), limit: limit)
  }

  func batch(_ id: String) async throws -> BatchView { BatchView(try await store.batch(id, owner: owner)) }

  func cancelBatch(_ id: String) async throws -> BatchChange.Outcome {
    try await BatchChange(jobs: store, batch: store.batch(id, owner: owner)).cancel()
  }

  func retryBatch(_ id: String) async throws -> BatchChange.Outcome {
    try await BatchChange(jobs: store, batch: store.batch(id, owner: owner)).retry()
  }
}

/// What a request would be refused for is a mistake on the command line here.
private func usage<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let failure as ServiceFailure {
    throw CommentBotError(
      .usage, "use", failure.param.map { "--\($0)" } ?? "these options", cause: failure.message, hint: failure.hint)
  }
}
