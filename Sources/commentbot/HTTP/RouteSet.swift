import Hummingbird

/// Routes that belong together.
protocol RouteSet: Sendable {
  func add(to router: Router<ServiceContext>)

  /// Each of the routes, for `/openapi.json` and `/docs`.
  var descriptions: [RouteDescription] { get }
  /// Schemas that the descriptions name by `#/components/schemas/…`.
  var schemas: [String: JSONValue] { get }
}

extension RouteSet {
  var descriptions: [RouteDescription] { [] }
  var schemas: [String: JSONValue] { [:] }
}
