import HTTPTypes

extension ReadinessRoutes {
  var descriptions: [RouteDescription] {
    let state = JSONValue.record(["status": .text, "checks": ["type": "object"]])
    return [
      RouteDescription(
        method: .get, path: "/health/live", tag: "Operation", summary: "Whether the service runs", scope: nil,
        answers: [200: .file(["text/plain"], "It does")]),
      RouteDescription(
        method: .get, path: "/health/ready", tag: "Operation",
        summary: "Whether the service can work, with each of what it needs by name", scope: nil,
        answers: [200: .json(state, "It can"), 503: .json(state, "It cannot")]),
    ]
  }
}
