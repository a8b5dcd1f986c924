import CommentCore
import HTTPTypes
import Hummingbird

/// Words in all transcripts of an owner.
struct SearchRoutes: RouteSet {
  let environment: APIEnvironment

  func add(to router: Router<ServiceContext>) {
    router.get("v1/search") { request, context in try await search(request, context) }
  }

  private struct Found: Encodable {
    var hits: [SearchLine]
  }

  private func search(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let fields = Fields(query: request)
    guard let words = fields["q"] else {
      throw ServiceFailure(.badRequest, "say what to search for", param: "q", code: "malformed_parameter")
    }
    var filter = try RecordingFilter(fields, owner: context.principal.owner)
    if let id = fields["recording"] {
      filter.sha256 = try await environment.library.recording(id: id, owner: context.principal.owner).sha256
    }
    let hits = try await environment.library.search(
      words, in: filter, speaker: fields["speaker"], limit: try fields.integer("limit", in: 1...1000) ?? 20,
      offset: try fields.integer("offset", in: 0...1_000_000) ?? 0)
    return try SpeechResponse.json(Found(hits: hits.map(SearchLine.init)))
  }
}
