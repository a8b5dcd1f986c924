import Dispatch

/// Runs tasks on a Dispatch queue of its own, so that they go on whatever keeps Swift's shared pool busy.
final class ThreadExecutor: TaskExecutor {
  private let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  /// Waits on this queue: `Task.sleep` ends on the shared pool. It is not ended by a cancellation.
  func sleep(for time: Duration) async {
    await withCheckedContinuation { continuation in
      queue.asyncAfter(deadline: .now() + time / .seconds(1)) { continuation.resume() }
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
