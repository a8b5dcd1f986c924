import Dispatch

/// Runs tasks on a Dispatch queue of its own, so that they go on whatever keeps Swift's shared pool busy.
final class ThreadExecutor: TaskExecutor {
  private let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
