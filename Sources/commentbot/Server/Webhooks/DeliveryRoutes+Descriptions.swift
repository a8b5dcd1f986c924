import CommentCore
import HTTPTypes

extension DeliveryRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/v1/jobs/{id}/deliveries", tag: "Jobs",
        summary: "Who was told of a job's end, and how that went",
        answers: [
          200: .json(.record(["deliveries": .list(of: .schema("Delivery"))]), "The deliveries, the first one first")
        ], failures: [404])
    ]
  }

  var schemas: [String: JSONValue] {
    [
      "Delivery": .record(
        [
          "id": .count, "url": .text, "event": .words(["job.succeeded", "job.failed", "job.cancelled"]),
          "state": .words(WebhookDelivery.State.allCases.map(\.rawValue)), "created": .time,
          "tries": .list(of: .record(["at": .time], optional: ["status": .count, "error": .text])),
        ], optional: ["run_at": .time])
    ]
  }
}
