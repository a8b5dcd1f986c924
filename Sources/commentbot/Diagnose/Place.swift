import CommentCore
import Foundation

/// Where the program runs, which decides about the command that mends something: in the image there is no apt-get, and
/// what is exported there ends with the command.
enum Place: Sendable, Equatable {
  /// A machine, or a container that the program was built in.
  case machine
  /// systemd's service of that name, whose library is in that folder.
  case unit(String, home: String)
  /// The image, in the container of that name.
  case image(container: String)

  /// - Parameter unit: the service that is asked about; else the one that the program runs in, where it is CommentBot's.
  init(_ system: SystemFiles, _ home: Home, unit: String? = nil) {
    let groups = system.text("proc/self/cgroup") ?? ""
    let isContained =
      [".dockerenv", "run/.containerenv"].contains { system.text($0) != nil }
      || groups.contains(/docker|kubepods|libpod|containerd/)
    let own = groups.firstMatch(of: /\/(commentbot[^\/\n]*\.service)(?m:$)/).map { String($0.1) }
    // The image's own: others may build the program in a container.
    if isContained, home.root.path == "/app" {
      let name = system.text("etc/hostname")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
      self = .image(container: name.isEmpty ? "CONTAINER" : name)
    } else if let unit = unit ?? own {
      self = .unit(unit, home: home.root.path)
    } else {
      self = .machine
    }
  }

  /// Where this process runs.
  static func here(_ home: Home) -> Place { Place(SystemFiles(), home, unit: askedUnit) }

  /// `COMMENTBOT_UNIT`: systemd's service that the scripts ask about.
  static var askedUnit: String? {
    ProcessInfo.processInfo.environment["COMMENTBOT_UNIT"].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static let onHost = "on the host, in the folder of docker-compose.yml"
  private static let inClone = "in the clone's folder"

  /// What is typed to run one of CommentBot's own commands.
  func typed(_ command: String) -> String {
    guard self != .machine, command.hasPrefix("commentbot ") else { return command }
    // Those go by what is running, and whose the library is.
    for name in ["restore", "cleanup", "diagnose"] where command.hasPrefix("commentbot \(name) ") {
      let script = "data/scripts/\(name == "diagnose" ? "diagnostic" : name).sh\(command.dropFirst(11 + name.count))"
      if case .image = self { return "\(script)    # \(Self.onHost)" }
      return "sudo \(script)    # \(Self.inClone)"
    }
    // What a service works with is set, not given with each recording.
    if command.contains("--model tiny.en") { return setting("whisper.model", "tiny.en", "for English") }
    if command.contains("--llm none") { return setting("llm.engine", "none", "without comments") }
    switch self {
    case .image(let container):
      // Only that service gets models: it has pip, and a way out.
      if command.hasPrefix("commentbot models pull") {
        return "docker compose run --rm commentbot-models \(command.dropFirst(11))    # \(Self.onHost)"
      }
      if command.hasPrefix("commentbot worker") { return setting("worker_count", "2", "or one more than now") }
      return "docker exec \(container) \(command)"
    case .unit(_, let home):
      if command.hasPrefix("commentbot worker") { return "sudo systemctl enable --now commentbot-worker@1.service" }
      return "sudo -u commentbot env COMMENTBOT_HOME=\(home.shellQuoted) \(command)"
    case .machine: return command
    }
  }

  /// Sets a key of the configuration.
  /// - Parameter note: what stands behind the command.
  func setting(_ key: String, _ value: String, _ note: String? = nil) -> String {
    let variable = "COMMENTBOT_" + key.uppercased().replacing(".", with: "_")
    guard case .image = self, let name = Self.composeNames[key] else { return environment(variable, value, note) }
    return environment(name, value, note)
  }

  /// Sets a variable of the environment.
  func environment(_ variable: String, _ value: String, _ note: String? = nil) -> String {
    let command =
      switch self {
      case .image: "echo \(variable)=\(value) >>.env && docker compose up --detach"
      case .unit:
        "echo \(variable)=\(value) | sudo tee -a \(Self.unitSettings)"
          + " && sudo systemctl restart commentbot && sudo systemctl try-restart commentbot-whisper"
      case .machine: "export \(variable)=\(value)"
      }
    var notes = [note].compactMap(\.self)
    if case .image = self { notes.insert(Self.onHost, at: 0) }
    return notes.isEmpty ? command : "\(command)    # \(notes.joined(separator: "; "))"
  }

  /// What systemd's services read; see `data/config/systemd/hardening.conf`.
  private static let unitSettings = "/etc/commentbot/commentbot.env"

  /// What Compose takes by another name, for more than the core.
  private static let composeNames = [
    "whisper.model": "WHISPER_MODEL", "ollama.model": "OLLAMA_MODEL", "serve.trusted_proxies": "PROXY_SUBNET",
  ]

  /// Gets another version of what the program is made of.
  /// - Parameter command: what does so on a machine.
  func renewed(by command: String) -> String {
    if case .unit = self { return "sudo sh -c \(command.shellQuoted) && sudo systemctl restart commentbot" }
    guard case .image = self else { return command }
    return "data/scripts/deploy.sh deploy    # \(Self.onHost): builds the images anew, with today's security fixes"
  }

  /// What is done outside of the container.
  /// - Parameter service: what Docker Compose does, where it is one of its services.
  func outside(_ command: String, compose service: String? = nil) -> String {
    if case .unit = self { return command.contains(#/^(mv|chmod|df|du|ls) /#) ? "sudo \(command)" : command }
    guard case .image = self else { return command }
    return "\(service.map { "docker compose \($0)" } ?? command)    # \(service == nil ? "on the host" : Self.onHost)"
  }

  /// What a file or folder is called on the host: the image's are mounted from there.
  func path(_ url: URL) -> String {
    guard case .image = self else { return url.path.shellQuoted }
    return Self.mounts.first { url.path.hasPrefix($0.0) }.map { $0.1 + url.path.dropFirst($0.0.count) } ?? url.path
  }

  private static let mounts = [("/app/", "./"), ("/run/secrets/", "./data/secrets/")]

  /// Lets the program have a folder at all.
  func mounted(_ url: URL) -> String {
    if case .unit = self {
      return "findmnt --target \(path(url.nearestThatExists))    # what is there cannot be written"
    }
    guard case .image = self else { return "export COMMENTBOT_HOME=FOLDER    # one that this user can write" }
    return
      "in docker-compose.yml: volumes: [\"\(path(url)):\(url.path)\"]    # a folder that user \(geteuid()) can write"
  }

  func owned(_ url: URL) -> String {
    switch self {
    case .machine: "sudo chown -R \"$(id -un)\" \(path(url))"
    case .unit: "sudo chown -R commentbot:commentbot \(path(url))"
    case .image: "sudo chown -R \(geteuid()):\(getegid()) \(path(url))    # \(Self.onHost)"
    }
  }

  enum Limit {
    /// Bytes.
    case memory(Int)
    case cores(Int)
    case processes(Int)
  }

  /// Raises a limit of the container or of the unit.
  func raised(_ limit: Limit) -> String {
    let (docker, key, systemd) =
      switch limit {
      case .memory(let bytes):
        (
          "--memory \(Self.gigabytes(bytes))g --memory-swap \(Self.gigabytes(bytes))g",
          "COMMENTBOT_CORE_MEMORY_LIMIT in .env", "MemoryMax=\(Self.gigabytes(bytes))G"
        )
      case .cores(let count): ("--cpus \(count)", "COMMENTBOT_CORE_CPU_LIMIT in .env", "CPUQuota=\(count * 100)%")
      case .processes(let count): ("--pids-limit \(count)", "limits.pids in docker-compose.yml", "TasksMax=\(count)")
      }
    switch self {
    case .image(let container):
      return "docker update \(docker) \(container)    # on the host; to keep it: \(key)"
    case .unit(let unit, _): return "sudo systemctl set-property \(unit) \(systemd)"
    case .machine: return "docker update \(docker) CONTAINER    # of a systemd unit: \(systemd)"
    }
  }

  private static func gigabytes(_ bytes: Int) -> Int { max(1, (bytes + (1 << 30) - 1) >> 30) }
}
