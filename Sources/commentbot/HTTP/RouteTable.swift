import HTTPTypes
import Hummingbird

/// Which routes there are, and what a key must allow for each.
struct RouteTable: Sendable {
  private let routes: [(path: RouterPath, method: String)]
  /// By method and path, as they are described.
  private let scopes: [String: Principal.Scope?]

  /// - Parameter sets: all that the server has.
  init(_ sets: [any RouteSet]) {
    let router = Router(context: ServiceContext.self)
    for set in sets { set.add(to: router) }
    routes = router.routes.flatMap { route in
      // Whatever can be got has a head.
      (route.method == .get ? ["GET", "HEAD"] : [route.method.rawValue]).map { (route.path, $0) }
    }
    scopes = Dictionary(sets.flatMap(\.descriptions).map { ("\($0.method.rawValue) \($0.path)", $0.scope) }) { $1 }
  }

  /// What a key must allow, as the route's own description says; nil where no key is asked for.
  /// - Parameter route: as it is declared.
  func scope(_ method: HTTPRequest.Method, _ route: String) -> Principal.Scope? {
    let methods = method == .head ? [method, .get] : [method]
    guard let scope = methods.compactMap({ scopes["\($0.rawValue) \(route)"] }).first else {
      // A route that nobody has described is nobody's but the operator's.
      return .admin
    }
    return scope
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
