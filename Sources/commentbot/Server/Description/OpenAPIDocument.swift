import ArgumentParser
import HTTPTypes

/// The description of all routes as OpenAPI 3.1.
struct OpenAPIDocument: Sendable {
  let descriptions: [RouteDescription]
  let schemas: [String: JSONValue]

  init(of sets: [any RouteSet]) {
    descriptions = sets.flatMap(\.descriptions)
    schemas = sets.reduce(into: ["Problem": Self.problem]) { $0.merge($1.schemas) { $1 } }
  }

  var json: JSONValue {
    var paths: [String: JSONValue] = [:]
    for (path, routes) in Dictionary(grouping: descriptions, by: \.path) {
      paths[path] = .object(
        Dictionary(routes.map { ($0.method.rawValue.lowercased(), Self.operation($0)) }) { $1 })
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "CommentBot", "version": .string(CommentBot.configuration.version),
        "description":
          "Transcribes audio, comments on it with proof, and searches it. Errors are problem details (RFC 9457).",
      ],
      "paths": .object(paths),
      "components": [
        "schemas": .object(schemas),
        "securitySchemes": ["key": ["type": "http", "scheme": "bearer"]],
      ],
    ]
  }

  private static func operation(_ route: RouteDescription) -> JSONValue {
    var operation: [String: JSONValue] = [
      "summary": .string(route.summary), "tags": [.string(route.tag)], "operationId": .string(route.operationID),
      "parameters": .array(parameters(of: route)), "responses": .object(responses(of: route)),
    ]
    if let details = route.details { operation["description"] = .string(details) }
    if let body = route.body {
      operation["requestBody"] = [
        "description": .string(body.summary), "required": .boolean(!body.isOptional), "content": content(body),
      ]
    }
    if let scope = route.scope {
      // Without keys the server asks for none.
      operation["security"] = [["key": []], [:]]
      operation["x-scope"] = .string(scope.rawValue)
    }
    return .object(operation)
  }

  private static func parameters(of route: RouteDescription) -> [JSONValue] {
    let said = Set(route.parameters.map(\.name))
    let others = route.pathParameters.filter { !said.contains($0) }.map {
      RouteParameter.text($0, "Of the \($0 == "id" ? "resource" : $0)").at(.path)
    }
    return (others + route.parameters).map {
      [
        "name": .string($0.name), "in": .string($0.place.rawValue), "required": .boolean($0.isRequired),
        "description": .string($0.summary), "schema": $0.schema,
      ]
    }
  }

  private static func responses(of route: RouteDescription) -> [String: JSONValue] {
    var responses = Dictionary(
      route.answers.map { status, content in
        var response: [String: JSONValue] = ["description": .string(content.summary)]
        if !content.types.isEmpty { response["content"] = Self.content(content) }
        if !content.headers.isEmpty {
          response["headers"] = .object(content.headers.mapValues { ["description": .string($0), "schema": .text] })
        }
        return ("\(status)", JSONValue.object(response))
      }
    ) { $1 }
    let failure: JSONValue =
      route.failsAsOpenAI
      ? ["application/json": ["schema": .schema("SpeechFailure")]]
      : ["application/problem+json": ["schema": .schema("Problem")]]
    for status in route.failures.union(RouteDescription.usualFailures) where route.answers[status] == nil {
      responses["\(status)"] = [
        "description": .string(HTTPResponse.Status(integerLiteral: status).reasonPhrase),
        "content": failure,
      ]
    }
    return responses
  }

  private static func content(_ content: RouteContent) -> JSONValue {
    .object(content.types.mapValues { ["schema": $0] })
  }

  private static let problem: JSONValue = .record(
    [
      "type": .text, "title": .text, "status": ["type": "integer"], "detail": .text, "code": .text,
      "request_id": .text,
    ], optional: ["hint": .text, "param": .text])
}

extension RouteDescription {
  /// Such as `get_v1_recordings_id`.
  var operationID: String {
    let words = path.split { !$0.isLetter && !$0.isNumber }
    return ([method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
  }
}
