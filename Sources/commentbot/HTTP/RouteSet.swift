import Hummingbird

/// Routes that belong together.
protocol RouteSet: Sendable {
  func add(to router: Router<ServiceContext>)
}
