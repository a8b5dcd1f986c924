import Hummingbird

/// What an operator asks: whether the service runs, whether it takes work, and what it has done.
struct HealthRoutes: RouteSet {
  let desk: TranscriptionDesk

  func add(to router: Router<ServiceContext>) {
    router.get("health/live") { _, _ in SpeechResponse.text("ok\n") }
    router.get("health/ready") { _, _ in
      try desk.queue.requireRoom()
      return SpeechResponse.text("ok\n")
    }
    router.get("metrics") { _, _ in
      SpeechResponse.text(
        desk.metrics.text(
          queueDepth: desk.queue.depth, queueWaiting: desk.queue.waitingCount, queueCapacity: desk.queue.capacity,
          isModelLoaded: await desk.keeper.isLoaded))
    }
  }
}
