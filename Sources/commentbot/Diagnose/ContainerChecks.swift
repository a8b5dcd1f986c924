import CommentCore
import Foundation

/// What a container or a service manager lets the process take.
enum ContainerChecks {
  static let all = [
    Check(.container, "memory", "limit of memory") { memory(ControlGroup($0.system)) },
    Check(.container, "kills", "programs that were ended for want of memory") { kills(ControlGroup($0.system)) },
    Check(.container, "cpu", "limit of processor time against threads") {
      cores(ControlGroup($0.system), threads: $0.settings.threads)
    },
    Check(.container, "processes", "limit of processes and threads") { processes(ControlGroup($0.system)) },
  ]

  static func memory(_ group: ControlGroup) -> Finding? {
    guard let memory = group.memory else { return .ok("memory has no limit of its own") }
    let text = "at most \(TimeText.bytes(memory)) of memory"
    let fix = "docker compose: deploy.resources.limits.memory: 2g"
    if memory < 500_000_000 { return .failure("\(text): too little for Whisper base", fix: fix) }
    return memory < 1_000_000_000
      ? .warning("\(text): too little for Whisper and a language model", fix: fix) : .ok(text)
  }

  static func kills(_ group: ControlGroup) -> Finding? {
    guard group.kills > 0 else { return nil }
    return .warning(
      "\(CountText.of(group.kills, "program")) ended for want of memory since the container's start",
      fix: "docker compose: a higher deploy.resources.limits.memory, or a smaller model")
  }

  static func cores(_ group: ControlGroup, threads: Int) -> Finding? {
    guard let cores = group.cores else { return .ok("processor time has no limit of its own") }
    let text = "at most \(TimeText.decimal(cores)) cores' worth of time, \(CountText.of(threads, "thread"))"
    // Threads wait for each other: one that has used its time up stops all.
    if Double(threads) > max(1, cores.rounded(.up)) {
      return .warning(text, fix: "export COMMENTBOT_THREADS=\(max(1, Int(cores)))")
    }
    let share = Int(group.throttled * 100)
    return group.throttled > 0.5
      ? .warning(
        "\(text); had to wait in \(share) % of all periods", fix: "docker compose: more deploy.resources.limits.cpus")
      : .ok(text)
  }

  static func processes(_ group: ControlGroup) -> Finding? {
    guard let limit = group.processes else { return nil }
    let text = "\(group.processCount ?? 0) of at most \(limit) processes and threads"
    return limit - (group.processCount ?? 0) < 64
      ? .failure(text, fix: "docker compose: pids_limit: 512") : .ok(text)
  }
}
