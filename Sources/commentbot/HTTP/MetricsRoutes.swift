import Hummingbird

/// What Prometheus asks.
struct MetricsRoutes: RouteSet {
  let registry: PrometheusRegistry
  /// Whether whoever reaches the port may see it; others need a key for it.
  let isOpen: Bool
  /// Takes the figures that are not counted but looked up.
  let observe: @Sendable () async throws -> Void

  func add(to router: Router<ServiceContext>) {
    router.get("metrics") { _, _ in
      try await observe()
      var response = SpeechResponse.text(registry.text)
      response.headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
      return response
    }
  }
}
