import HTTPTypes
import Hummingbird

/// Which methods each path has, for those who ask with another one.
struct RouteTable: Sendable {
  private let routes: [(path: RouterPath, method: String)]

  /// - Parameter sets: all that the server has.
  init(_ sets: [any RouteSet]) {
    let router = Router(context: ServiceContext.self)
    for set in sets { set.add(to: router) }
    routes = router.routes.flatMap { route in
      // Whatever can be got has a head.
      (route.method == .get ? ["GET", "HEAD"] : [route.method.rawValue]).map { (route.path, $0) }
    }
  }

  /// In alphabetical order; none where there is no such path.
  func methods(for path: String) -> [String] {
    let parts = path.split(separator: "/")
    return Set(routes.filter { Self.matches($0.path, parts) }.map(\.method)).sorted()
  }

  private static func matches(_ path: RouterPath, _ parts: [Substring]) -> Bool {
    if path.components.last == .recursiveWildcard {
      let fixed = path.components.dropLast()
      return parts.count >= fixed.count && zip(fixed, parts).allSatisfy { $0 ~= $1 }
    }
    return path.components.count == parts.count && zip(path.components, parts).allSatisfy { $0 ~= $1 }
  }
}
