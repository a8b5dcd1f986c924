import CommentCore
import Foundation

/// What a container or a service manager lets the process take, and what the container itself lets it change.
enum ContainerChecks {
  static let all = [
    Check(.container, "memory", "limit of memory against the models") { diagnosis in
      let need = try await Blocking.run { MemoryNeed(diagnosis) }
      return memory(diagnosis.group, need, diagnosis.place)
    },
    Check(.container, "kills", "programs that were ended for want of memory") {
      kills($0.group, $0.place)
    },
    Check(.container, "cpu", "limit of processor time against threads") {
      cores($0.group, threads: $0.settings.threads, $0.place)
    },
    Check(.container, "processes", "limit of processes and threads") { processes($0.group, $0.place) },
    Check(.container, "user", "the user in the container") { user($0) },
    Check(.container, "root", "whether the container's own files can be changed") { root($0) },
  ]

  private static func memory(_ group: ControlGroup, _ need: MemoryNeed, _ place: Place) -> Finding {
    guard let memory = group.memory else { return .ok("memory has no limit of its own") }
    let used = group.memoryInUse.map { ", \(TimeText.bytes($0)) of it in use" } ?? ""
    let text = "at most \(TimeText.bytes(memory)) of memory\(used)"
    let fix = place.raised(.memory(need.comfortable))
    if memory < need.least {
      return .failure("\(text); \(need.what) needs \(TimeText.bytes(need.least)): it will be ended", fix: fix)
    }
    return memory < need.comfortable
      ? .warning(
        "\(text); \(need.what) takes up to \(TimeText.bytes(need.comfortable)) with long recordings", fix: fix)
      : .ok("\(text); \(need.what) takes up to \(TimeText.bytes(need.comfortable))")
  }

  private static func kills(_ group: ControlGroup, _ place: Place) -> Finding? {
    guard group.kills > 0 else { return nil }
    return .warning(
      "\(CountText.of(group.kills, "program")) ended for want of memory since the container's start",
      fix: place.raised(.memory(2 * (group.memory ?? 1 << 30))))
  }

  private static func cores(_ group: ControlGroup, threads: Int, _ place: Place) -> Finding {
    guard let cores = group.cores else { return .ok("processor time has no limit of its own") }
    let text = "at most \(TimeText.decimal(cores)) cores' worth of time, \(CountText.of(threads, "thread"))"
    // Threads wait for each other: one that has used its time up stops all.
    if Double(threads) > max(1, cores.rounded(.up)) {
      return .warning(
        "\(text): they wait for each other", fix: place.setting("threads", "\(max(1, Int(cores)))"))
    }
    let share = Int(group.throttled * 100)
    return group.throttled > 0.5
      ? .warning("\(text); had to wait in \(share) % of all periods", fix: place.raised(.cores(Int(cores) + 1)))
      : .ok(text)
  }

  private static func processes(_ group: ControlGroup, _ place: Place) -> Finding? {
    guard let limit = group.processes else { return nil }
    let text = "\(group.processCount ?? 0) of at most \(limit) processes and threads"
    return limit - (group.processCount ?? 0) < 64 ? .failure(text, fix: place.raised(.processes(512))) : .ok(text)
  }

  private static func user(_ diagnosis: Diagnosis) -> Finding? {
    guard case .image = diagnosis.place else { return nil }
    return diagnosis.user == 0
      ? .warning(
        "the program is root in its container",
        fix: "in docker-compose.yml: user: \"10001:10001\"    # then: data/scripts/setup-docker.sh, as root")
      : .ok("the program runs as user \(diagnosis.user)")
  }

  private static func root(_ diagnosis: Diagnosis) -> Finding? {
    // Of mounts that lie over each other the last one counts.
    guard case .image = diagnosis.place,
      let options = diagnosis.system.text("proc/self/mounts")?.split(separator: "\n")
        .map({ $0.split(separator: " ") }).last(where: { $0.count > 3 && $0[1] == "/" })?[3].split(separator: ",")
    else { return nil }
    return options.contains("ro")
      ? .ok("the container's own files cannot be changed")
      : .warning(
        "the container's own files can be changed by whoever breaks in",
        fix: "in docker-compose.yml: read_only: true    # then: docker compose up --detach")
  }
}
