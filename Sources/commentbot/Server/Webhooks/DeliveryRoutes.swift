import CommentCore
import Foundation
import Hummingbird

/// Who was told of a job's end, and how that went.
struct DeliveryRoutes: RouteSet {
  let environment: APIEnvironment

  func add(to router: Router<ServiceContext>) {
    router.get("v1/jobs/{id}/deliveries") { _, context in try await list(context) }
  }

  private struct List: Encodable {
    var deliveries: [Delivery]
  }

  private struct Delivery: Encodable {
    var id: Int64
    var url: String
    var event: String
    var state: WebhookDelivery.State
    var created: Date
    /// Of the next try; nil when there is none.
    var runAt: Date?
    var tries: [WebhookDelivery.Try]
  }

  private func list(_ context: ServiceContext) async throws -> Response {
    let job = try await environment.jobs.job(context.parameters.require("id"), owner: context.principal.owner)
    let deliveries = try await environment.library.deliveries(ofJob: job.id).map { delivery in
      Delivery(
        id: delivery.id, url: delivery.url, event: delivery.event, state: delivery.state, created: delivery.created,
        runAt: delivery.state == .pending ? delivery.runAt : nil, tries: delivery.tries)
    }
    return try SpeechResponse.json(List(deliveries: deliveries))
  }
}
