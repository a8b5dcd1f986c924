import ArgumentParser
import Foundation

/// What the command line says of its options, for requests that take the same ones.
enum OptionHelp {
  /// By the name with underscores, as in `beam_size`.
  static let texts: [String: String] = {
    let dumps = [TranscriptionFlags._dumpHelp(), CommentFlags._dumpHelp()]
    let arguments = dumps.flatMap {
      (try? JSONDecoder().decode(Dump.self, from: Data($0.utf8)))?.command.arguments ?? []
    }
    let texts = arguments.flatMap { argument in
      (argument.names ?? []).map { ($0.name.replacing("-", with: "_"), argument.abstract ?? "") }
    }
    return Dictionary(texts) { first, _ in first }
  }()

  /// The part of ArgumentParser's own description that is needed.
  private struct Dump: Decodable {
    struct Command: Decodable { var arguments: [Argument]? }
    struct Argument: Decodable {
      struct Name: Decodable { var name: String }
      var names: [Name]?
      var abstract: String?
    }
    var command: Command
  }
}
