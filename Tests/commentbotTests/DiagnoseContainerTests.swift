import Foundation
import TestSupport
import Testing

/// The whole command where a container or systemd limits it: files that the test writes lie over the system's, in a mount
/// namespace of its own.
struct DiagnoseContainerTests {
  struct Limited: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// What `/proc/self/cgroup` says.
    var groups: String
    /// In `/sys/fs/cgroup`.
    var files: [String: String]
    /// What diagnostic.sh looks at.
    var unit = ""
    /// Lines that have to be there.
    var lines: [String]
    var status: Int32 = 1
  }

  @Test(arguments: [
    Limited(
      testDescription: "version 2, memory of a group above", groups: "0::/a/b\n",
      files: ["a/b/memory.max": "max\n", "a/memory.max": "268435456\n", "a/b/memory.current": "9999\n"],
      lines: ["✗ at most 268.4 MB of memory", "base needs", "→ docker update --memory 1g --memory-swap 1g CONTAINER"]),
    Limited(
      testDescription: "version 2, memory for short recordings only", groups: "0::/a\n",
      files: ["a/memory.max": "536870912\n"], lines: ["! at most 536.9 MB of memory", "long recordings"], status: 0),
    Limited(
      testDescription: "a container's own mount", groups: "0::/../../system.slice/docker-0a.scope\n",
      files: ["memory.max": "268435456\n"], lines: ["✗ at most 268.4 MB of memory"]),
    Limited(
      testDescription: "a systemd unit", groups: "0::/system.slice/commentbot.service\n",
      files: ["system.slice/commentbot.service/memory.max": "268435456\n"],
      lines: ["→ sudo systemctl set-property commentbot.service MemoryMax=1G"]),
    Limited(
      testDescription: "a systemd unit, asked about by another", groups: "0::/system.slice/cron.service\n",
      files: [
        "system.slice/commentbot.service/memory.max": "268435456\n",
        "system.slice/commentbot.service/cgroup.controllers": "memory\n",
      ], unit: "commentbot.service",
      lines: ["→ sudo systemctl set-property commentbot.service MemoryMax=1G"]),
    Limited(
      testDescription: "version 1, memory", groups: "4:memory:/docker/ab\n1:cpu:/docker/ab\n",
      files: ["memory/docker/ab/memory.limit_in_bytes": "268435456\n"], lines: ["✗ at most 268.4 MB of memory"]),
    Limited(
      testDescription: "version 1, processor time", groups: "1:cpu,cpuacct:/docker/ab\n",
      files: [
        "cpu/docker/ab/cpu.cfs_quota_us": "100000\n", "cpu/docker/ab/cpu.cfs_period_us": "100000\n",
        "cpu/docker/ab/cpu.stat": "nr_periods 1000\nnr_throttled 900\n",
      ], lines: ["! at most 1.0 cores' worth of time", "→ "], status: 0),
    Limited(
      testDescription: "processes", groups: "0::/a\n", files: ["a/pids.max": "50\n", "a/pids.current": "10\n"],
      lines: ["✗ 10 of at most 50 processes", "→ docker update --pids-limit 512"]),
  ])
  func diagnose_limitThatIsTooSmall_namesIt(limited: Limited) throws {
    let result = try diagnose(limited.groups, limited.files, unit: limited.unit)
    #expect(result.status == limited.status, "\(result)")
    for line in limited.lines { #expect(result.out.contains(line), "\(result.out)") }
  }

  @Test(arguments: [
    (
      "0::/a/b\n",
      [
        "a/b/memory.max": "1073741824\n", "a/memory.max": "max\n", "a/b/memory.current": "300000000\n",
        "a/b/memory.stat": "inactive_file 100000000\n", "a/b/memory.events": "oom 0\noom_kill 0\n",
        "a/b/cpu.max": "6400000 100000\n", "a/b/cpu.stat": "nr_periods 1000\nnr_throttled 9\n",
        "a/b/pids.max": "512\n", "a/b/pids.current": "10\n",
      ], "at most 1.07 GB of memory, 200 MB of it in use"
    ),
    (
      "4:memory:/docker/ab\n1:cpu:/docker/ab\n",
      [
        "memory/docker/ab/memory.limit_in_bytes": "9223372036854771712\n",
        "cpu/docker/ab/cpu.cfs_quota_us": "-1\n", "cpu/docker/ab/cpu.cfs_period_us": "100000\n",
      ], "memory has no limit of its own"
    ),
  ])
  func diagnose_limitsThatSuffice_namesNone(groups: String, files: [String: String], said: String) throws {
    let result = try diagnose(groups, files)
    #expect(result.status == 0 && result.out.hasSuffix("ready (0 warnings)\n"), "\(result)")
    #expect(result.out.contains(said) && !result.out.contains("→"), "\(result.out)")
  }

  private func diagnose(_ groups: String, _ files: [String: String], unit: String = "") throws -> CommandResult {
    var home = try Installation()
    home.environment["COMMENTBOT_UNIT"] = unit
    for (name, text) in Array(files) + [("../groups", groups)] {
      let file = home.file("cgroup/\(name)").standardizedFileURL
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    // The shell becomes the program, and keeps its number.
    let script = """
      mkdir -p '\(home.file("cgroup").path)' && mount --bind '\(home.file("cgroup").path)' /sys/fs/cgroup \
      && mount --bind '\(home.file("groups").path)' /proc/$$/cgroup \
      && exec '\(try Command.commentbot)' diagnose --only container
      """
    return try Command.run("unshare", ["-rm", "sh", "-c", script], environment: home.environment)
  }
}
