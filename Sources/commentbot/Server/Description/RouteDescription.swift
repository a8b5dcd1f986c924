import HTTPTypes

/// What a route does, for people and for programs: `/openapi.json` and `/docs` are made of these.
struct RouteDescription: Sendable {
  var method: HTTPRequest.Method
  /// As the router has it, with parameters in braces: `/v1/recordings/{id}`.
  var path: String
  /// The heading that it stands under.
  var tag: String
  /// What it does, in one sentence without a full stop.
  var summary: String
  /// What else is to be known.
  var details: String? = nil
  /// What a key must allow; nil where none is asked for.
  var scope: Principal.Scope? = .read
  /// Of the path, if there is more to say than that they are text, of the query, and of the head.
  var parameters: [RouteParameter] = []
  /// What is sent; nil for nothing.
  var body: RouteContent? = nil
  /// What answers the request when all is well, by status.
  var answers: [Int: RouteContent]
  /// What may go wrong besides ``usualFailures``, by status.
  var failures: Set<Int> = []
  /// Whether errors are OpenAI's error objects; problem details otherwise.
  var failsAsOpenAI = false

  /// What may go wrong with every route.
  static let usualFailures: Set<Int> = [400, 401, 403, 429, 500, 503, 507]

  /// The names in the path's braces.
  var pathParameters: [String] { path.matches(of: #/\{([a-z_]+)\}/#).map { String($0.1) } }
}

/// A value in the path, the query or the head of a request.
struct RouteParameter: Sendable {
  enum Place: String, Sendable { case path, query, header }

  var name: String
  var place = Place.query
  var isRequired = false
  /// For people.
  var summary: String
  var schema: JSONValue

  static func text(_ name: String, _ summary: String) -> RouteParameter {
    RouteParameter(name: name, summary: summary, schema: ["type": "string"])
  }

  static func integer(_ name: String, in range: ClosedRange<Int>, _ summary: String) -> RouteParameter {
    RouteParameter(
      name: name, summary: summary,
      schema: [
        "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
      ])
  }

  static func boolean(_ name: String, _ summary: String) -> RouteParameter {
    RouteParameter(name: name, summary: summary, schema: ["type": "boolean"])
  }

  static func word(_ name: String, of words: [String], _ summary: String) -> RouteParameter {
    RouteParameter(
      name: name, summary: summary, schema: ["type": "string", "enum": .array(words.map(JSONValue.string))])
  }

  func required() -> RouteParameter {
    var parameter = self
    parameter.isRequired = true
    return parameter
  }

  func at(_ place: Place) -> RouteParameter {
    var parameter = self
    (parameter.place, parameter.isRequired) = (place, place == .path || isRequired)
    return parameter
  }
}

/// What a body holds.
struct RouteContent: Sendable {
  /// For people.
  var summary: String
  /// By media type; empty where there is no body.
  var types: [String: JSONValue] = [:]
  /// Fields of the head besides, with what they say.
  var headers: [String: String] = [:]
  /// Whether it may be left out; of a request's only.
  var isOptional = false

  static func json(_ schema: JSONValue, _ summary: String) -> RouteContent {
    RouteContent(summary: summary, types: ["application/json": schema])
  }

  static func file(_ types: [String], _ summary: String) -> RouteContent {
    RouteContent(summary: summary, types: Dictionary(types.map { ($0, [:]) }) { $1 })
  }

  static func nothing(_ summary: String) -> RouteContent { RouteContent(summary: summary) }

  func with(_ headers: [String: String]) -> RouteContent {
    var content = self
    content.headers = headers
    return content
  }
}
