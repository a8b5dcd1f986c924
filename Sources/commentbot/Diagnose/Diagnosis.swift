import CommentCore
import Foundation
import OllamaClient

/// The installation that checks look at. Tests put another clock and other files of the system in their place.
struct Diagnosis: Sendable {
  var home: Home
  var settings = Settings()
  /// Why the settings could not be read; then they are the defaults.
  var settingsFault: CommentBotError?
  var system = SystemFiles()
  var temporaryFolder = FileManager.default.temporaryDirectory
  var place = Place.machine
  /// systemd's service that is asked about, where the program does not run in it.
  var unit: String?
  /// The number of the user that the program runs as.
  var user = geteuid()
  var now: @Sendable () -> Date = { Date() }

  /// Asked once for all checks.
  private let askedOllama = Once<OllamaAnswer>()

  init(home: Home) {
    self.home = home
  }

  static func ofThisMachine() async throws -> Diagnosis {
    var diagnosis = Diagnosis(home: .locate())
    (diagnosis.unit, diagnosis.place) = (Place.askedUnit, Place.here(diagnosis.home))
    do {
      diagnosis.settings = try await Settings.load(home: diagnosis.home)
    } catch let error as CommentBotError {
      diagnosis.settingsFault = error
    }
    return diagnosis
  }

  var models: ModelStore { ModelStore(folder: home.models) }

  /// The library as it is; nil where there is none yet, or none that could be read: that is one check's to tell.
  func library() async throws -> LibraryInspection? {
    guard FileManager.default.fileExists(atPath: home.database.path) else { return nil }
    return try? await Blocking.run { try LibraryInspection(home.database) }
  }

  /// As ``library()``, when it has all tables of this version.
  func currentLibrary() async throws -> LibraryInspection? {
    guard let library = try await library(), library.pendingMigrations.isEmpty, !library.isNewer else { return nil }
    return library
  }

  /// What Ollama says of itself, when it is there.
  func ollama() async throws -> OllamaAnswer {
    try await askedOllama.value { [settings] in
      do {
        let client = try settings.ollama()
        return .there(client, version: try await client.version(), models: try await client.tags())
      } catch let error as CommentBotError {
        return .away(error)
      }
    }
  }

  /// What limits the program.
  var group: ControlGroup { ControlGroup(system, unit: unit) }

  /// Memory that programs can have, in bytes; nil where nobody says.
  var availableMemory: Int? { system.text("proc/meminfo").flatMap { MachineMemory.available(meminfo: $0) } }
}

enum OllamaAnswer: Sendable {
  case there(OllamaClient, version: String, models: [OllamaInstalledModel])
  case away(CommentBotError)
}

/// Files in which the system tells of itself.
struct SystemFiles: Sendable {
  /// Above `proc` and `sys`.
  var root = URL(filePath: "/")

  /// - Parameter path: without a slash before it.
  /// - Returns: nil where there is no such file.
  func text(_ path: String) -> String? {
    try? String(contentsOf: root.appending(path: path), encoding: .utf8)
  }
}
