import HTTPTypes

extension SearchRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/v1/search", tag: "Search", summary: "Find words in all transcripts",
        details: "All words must be there; \"quoted\" ones follow each other; beg* finds words by their beginning.",
        parameters: [RouteParameter.text("q", "Words").required(), .text("recording", "Id of the only one to search")]
          + RecordingRoutes.filters + [
            .text("speaker", "Whose segments are searched"),
            .integer("limit", in: 1...1000, "Places at the most; 20 when absent"),
            .integer("offset", in: 0...1_000_000, "Places to leave out before them"),
          ],
        answers: [200: .json(.record(["hits": .list(of: .schema("SearchHit"))]), "The places")], failures: [404])
    ]
  }

  var schemas: [String: JSONValue] {
    [
      "SearchHit": .record(
        [
          "id": .text, "name": .text, "segment": .count, "start": .number, "end": .number, "snippet": .text,
          "parts": .list(of: .record(["text": .text, "is_match": .flag])),
        ], optional: ["speaker": .text])
    ]
  }
}
