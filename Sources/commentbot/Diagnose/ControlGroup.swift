import Foundation

/// What the system lets this process and those beside it take, as containers are limited: control groups of version 1
/// and 2.
struct ControlGroup: Sendable, Equatable {
  /// Bytes; nil without a limit.
  var memory: Int?
  /// Bytes that cannot be given back: without the copies of files.
  var memoryInUse: Int?
  /// Cores' worth of time; nil without a limit.
  var cores: Double?
  /// Processes and threads; nil without a limit.
  var processes: Int?
  /// Those that there are.
  var processCount: Int?
  /// How often something was ended because memory was short.
  var kills = 0
  /// The share of periods, in 0...1, in which something had to wait for its time.
  var throttled = 0.0

  /// - Parameter unit: systemd's, instead of the process' own group; one that is down has no limits.
  init(_ system: SystemFiles, unit: String? = nil) {
    let path = unit.map { "/system.slice/\($0)" }
    if let path, system.text("sys/fs/cgroup\(path)/cgroup.controllers") == nil { return }
    let paths = path.map { ["": $0] } ?? Self.paths(system.text("proc/self/cgroup") ?? "")
    let memory = Self.Reader(system, paths, "memory")
    let cpu = Self.Reader(system, paths, "cpu")
    let pids = Self.Reader(system, paths, "pids")
    // Version 1 has a number near the largest that there is where there is no limit.
    self.memory = memory.least("memory.max", "memory.limit_in_bytes").flatMap { $0 < 1 << 50 ? $0 : nil }
    if self.memory != nil {
      let files = memory.field("inactive_file", of: "memory.stat") ?? 0
      memoryInUse = memory.text("memory.current", "memory.usage_in_bytes").flatMap { Int($0) }.map {
        max(0, $0 - files)
      }
    }
    kills = memory.field("oom_kill", of: "memory.events", "memory.oom_control") ?? 0
    cores = cpu.leastCores
    if let periods = cpu.field("nr_periods", of: "cpu.stat"), periods > 100 {
      throttled = Double(cpu.field("nr_throttled", of: "cpu.stat") ?? 0) / Double(periods)
    }
    processes = pids.least("pids.max")
    processCount = pids.text("pids.current").flatMap { Int($0) }
  }

  /// The group of each controller, that of version 2 under the name "".
  private static func paths(_ text: String) -> [String: String] {
    text.split(separator: "\n").reduce(into: [:]) { paths, line in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return }
      for name in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        paths[String(name)] = String(parts[2])
      }
    }
  }

  /// Reads one controller's files: in the process's own group and in all above it, whose limits hold too.
  private struct Reader {
    let system: SystemFiles
    let folders: [String]

    init(_ system: SystemFiles, _ paths: [String: String], _ controller: String) {
      self.system = system
      let isFirst = paths[controller] != nil
      let mount = isFirst ? "sys/fs/cgroup/\(controller)" : "sys/fs/cgroup"
      var parts = (paths[controller] ?? paths[""] ?? "/").split(separator: "/")
      var folders: [String] = []
      while !parts.isEmpty {
        folders.append("\(mount)/\(parts.joined(separator: "/"))")
        parts.removeLast()
      }
      // In a container the group that /proc names may be the host's, and the mount is the container's own.
      self.folders = folders + [mount]
    }

    /// The nearest file of that name.
    func text(_ names: String...) -> String? { texts(names).first }

    private func texts(_ names: [String]) -> [String] {
      folders.compactMap { folder in
        names.lazy.compactMap { system.text("\(folder)/\($0)")?.trimmingCharacters(in: .whitespacesAndNewlines) }.first
      }
    }

    func least(_ names: String...) -> Int? { texts(names).compactMap { Int($0) }.min() }

    func field(_ name: String, of files: String...) -> Int? {
      texts(files).first?.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        .flatMap { Int($0.dropFirst(name.count + 1)) }
    }

    var leastCores: Double? {
      let second = texts(["cpu.max"]).compactMap { text -> Double? in
        let words = text.split(separator: " ").map { Double($0) }
        guard words.count == 2, let quota = words[0], let period = words[1], period > 0 else { return nil }
        return quota / period
      }
      let first = folders.compactMap { folder -> Double? in
        let words = ["quota", "period"].map { name in
          system.text("\(folder)/cpu.cfs_\(name)_us").flatMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
          }
        }
        guard let quota = words[0], let period = words[1], quota > 0, period > 0 else { return nil }
        return quota / period
      }
      return (second + first).min()
    }
  }
}
