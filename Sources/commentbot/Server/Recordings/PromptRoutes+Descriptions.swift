import HTTPTypes

extension PromptRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/v1/prompts", tag: "Models", summary: "List the kinds of comments",
        answers: [
          200: .json(
            .record([
              "prompts": .list(
                of: .record(
                  ["name": .text, "is_default": .flag],
                  optional: ["title": .text, "description": .text, "fault": .text]))
            ]), "The kinds")
        ])
    ]
  }
}
