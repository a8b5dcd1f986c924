import Hummingbird

/// Whether the service runs, and whether it takes work.
struct HealthRoutes: RouteSet {
  let desk: TranscriptionDesk

  func add(to router: Router<ServiceContext>) {
    router.get("health/live") { _, _ in SpeechResponse.text("ok\n") }
    router.get("health/ready") { _, _ in
      try desk.queue.requireRoom()
      return SpeechResponse.text("ok\n")
    }
  }
}
