import HTTPTypes

extension MetricsRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/metrics", tag: "Operation", summary: "Figures, as Prometheus reads them",
        scope: isOpen ? nil : .admin, answers: [200: .file(["text/plain"], "The figures")])
    ]
  }
}
