import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The description of the routes, for programs and for people.
struct DocumentationRoutes: RouteSet {
  private let described: [any RouteSet]

  /// - Parameter sets: all that the server has besides.
  init(of sets: [any RouteSet]) {
    described = sets
  }

  func add(to router: Router<ServiceContext>) {
    let document = OpenAPIDocument(of: described + [self])
    router.get("openapi.json") { _, _ in try SpeechResponse.literal(document.json) }
    router.get("docs") { request, _ in
      let page = DocumentationPage(document: document)
      var response = Response.tagged(Data(page.html.utf8), type: "text/html; charset=utf-8", for: request)
      response.headers[.contentSecurityPolicy] = DocumentationPage.policy
      return response
    }
  }

  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/openapi.json", tag: "Documentation", summary: "This description, as OpenAPI 3.1",
        scope: nil, answers: [200: .json(["type": "object"], "The description")]),
      RouteDescription(
        method: .get, path: "/docs", tag: "Documentation", summary: "This description, as a page", scope: nil,
        answers: [200: .file(["text/html"], "The page"), 304: .nothing("The client has it already")]),
    ]
  }
}

extension SpeechResponse {
  /// JSON whose keys are as they are.
  static func literal(_ value: JSONValue) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Response(
      status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
  }
}
