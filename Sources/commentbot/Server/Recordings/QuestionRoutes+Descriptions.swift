import CommentCore
import HTTPTypes

extension QuestionRoutes {
  var descriptions: [RouteDescription] {
    let body = RouteContent.json(
      .record(
        ["question": .text.described("In your own words, at most \(Questioner.longestQuestion) characters")],
        optional: [
          "comment_language": .text.described("Language of the answer: a code or an English name"),
          "keep_unproven": .flag.described("Tells too what was not found in the transcript, marked"),
        ], isOpen: true),
      "The question")
    let answers = [200: RouteContent.json(.schema("Answer"), "The answer, with the places that prove it")]
    return [
      RouteDescription(
        method: .post, path: "/v1/recordings/{id}/ask", tag: "Questions",
        summary: "Answer a question from one recording",
        scope: .write, parameters: [RecordingRoutes.idParameter], body: body, answers: answers,
        failures: [404, 413, 415]),
      RouteDescription(
        method: .post, path: "/v1/ask", tag: "Questions", summary: "Answer a question from all recordings",
        scope: .write, body: body, answers: answers, failures: [404, 413, 415]),
    ]
  }

  var schemas: [String: JSONValue] {
    [
      "Answer": .record(
        [
          "items": .list(of: ["type": "object"]), "unproven_count": .count, "method": .words(["model", "extractive"]),
          "engine": .text, "model": .text, "coverage": .number, "passages": .count,
        ], optional: ["unproven": .list(of: ["type": "object"])])
    ]
  }
}
