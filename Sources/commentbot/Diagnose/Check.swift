import CommentCore

/// One thing that can be wrong with an installation.
struct Check: Sendable {
  let group: CheckGroup
  /// Stable, for scripts, such as `database.wal`.
  let id: String
  /// What is looked at, for people.
  let title: String
  /// Whether it takes so long, or writes so much, that it is done with `--deep` or by its name only.
  let isDeep: Bool
  /// nil where there is nothing to look at.
  private let look: @Sendable (Diagnosis) async throws -> Finding?

  init(
    _ group: CheckGroup, _ name: String, _ title: String, isDeep: Bool = false,
    look: @escaping @Sendable (Diagnosis) async throws -> Finding?
  ) {
    self.group = group
    id = "\(group.rawValue).\(name)"
    self.title = title
    self.isDeep = isDeep
    self.look = look
  }

  /// Looks. What cannot be looked at is a failure too.
  /// - Throws: only when the work was stopped.
  func finding(in diagnosis: Diagnosis) async throws -> Finding? {
    do {
      guard var finding = try await look(diagnosis) else { return nil }
      finding.fix = finding.fix.map(diagnosis.place.typed)
      return finding
    } catch  where CommentBotError.isCancellation(error) {
      throw error
    } catch let error as CommentBotError {
      return .failure("\(error.subject): \(error.cause)", fix: diagnosis.place.typed(error.remedy ?? "commentbot help"))
    } catch {
      return .failure("\(title): \(error)", fix: "commentbot diagnose --only \(id)")
    }
  }

  /// Mends what was found, and looks again. What cannot be mended is a failure.
  /// - Returns: what is found then, and what was done.
  /// - Throws: only when the work was stopped.
  func mending(_ finding: Finding, in diagnosis: Diagnosis) async throws -> (finding: Finding, done: String?) {
    guard let mend = finding.mend else { return (finding, nil) }
    do {
      let done = try await mend()
      return (try await self.finding(in: diagnosis) ?? finding, done)
    } catch  where CommentBotError.isCancellation(error) {
      throw error
    } catch {
      var finding = finding
      finding.status = .failure
      finding.evidence += "; it could not be mended: \((error as? CommentBotError)?.cause ?? "\(error)")"
      return (finding, nil)
    }
  }

  /// All there are, in the order in which they are made.
  static let all =
    ConfigurationChecks.all + LibraryChecks.all + MachineChecks.all + ContainerChecks.all + FolderChecks.all
    + DiskChecks.all + UpkeepChecks.all + DatabaseChecks.all + ModelChecks.all + EngineChecks.all
    + WhisperChecks.all + OllamaChecks.all + LanguageModelChecks.all + QueueChecks.all + ClockChecks.all
    + PortChecks.all + ExposureChecks.all + ProxyChecks.all

  /// Those of the given ids and groups; without any, all that are not deep.
  /// - Parameter isDeep: all of those asked for, the deep ones too.
  /// - Throws: ``CommentBotError`` with code `usage` when there is none of that name.
  static func named(_ names: [String], isDeep: Bool) throws -> [Check] {
    let groups = CheckGroup.allCases.map(\.rawValue)
    if let unknown = names.first(where: { name in !groups.contains(name) && !all.contains { $0.id == name } }) {
      throw CommentBotError(
        .usage, "make", "the check \(unknown)", cause: "there is none of that name",
        hint: "commentbot diagnose --list    # or a group: \(groups.joined(separator: ", "))")
    }
    return all.filter { check in
      if names.contains(check.id) { return true }
      return (names.isEmpty || names.contains(check.group.rawValue)) && (isDeep || !check.isDeep)
    }
  }
}

/// What checks belong together; the raw values begin their ids.
enum CheckGroup: String, CaseIterable, Sendable {
  case configuration, libraries, machine, container, storage, database, models, engines, whisper, ollama, llm, queue,
    clock, ports, exposure, proxy

  var title: String {
    switch self {
    case .configuration: "Configuration"
    case .libraries: "Libraries"
    case .machine: "Processor and memory"
    case .container: "Limits of the container"
    case .storage: "Folders and disk"
    case .database: "Database"
    case .models: "Models"
    case .engines: "Engines"
    case .whisper: "Whisper service"
    case .ollama: "Ollama"
    case .llm: "Server of language models"
    case .queue: "Queue"
    case .clock: "Clock"
    case .ports: "Ports"
    case .exposure: "Keys and exposure"
    case .proxy: "Proxy and TLS"
    }
  }
}
