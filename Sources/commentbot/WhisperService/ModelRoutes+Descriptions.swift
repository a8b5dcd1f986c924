import HTTPTypes

extension ModelRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/v1/models", tag: "Models", summary: "List the models, as OpenAI does",
        answers: [
          200: .json(.record(["object": .text, "data": .list(of: .schema("Model"))]), "The models")
        ]),
      RouteDescription(
        method: .get, path: "/v1/models/{model}", tag: "Models", summary: "One model, as OpenAI tells of it",
        answers: [200: .json(.schema("Model"), "The model")], failures: [404]),
    ]
  }

  var schemas: [String: JSONValue] {
    [
      "Model": .record(
        ["id": .text, "object": .text, "created": .count, "owned_by": .text, "kind": .text],
        optional: ["digest": .text, "commentbot_window": .count, "commentbot_version": .text])
    ]
  }
}
