import ArgumentParser
import CommentCore
import Foundation

/// Which comments are written, how, and by whom.
struct CommentFlags: ParsableArguments {
  @Option(
    help: "Kinds of comments, with commas between them, as `commentbot prompts list` names them; all, or none.")
  var kinds: String = CommentKind.defaultNames.joined(separator: ",")

  @Option(
    name: TranscriptionFlags.both("comment_language"),
    help: "Language of the comments: a code or an English name. Without it, that of the recording.")
  var commentLanguage: String?

  @Option(help: "What the comments should heed, in your own words.")
  var instructions: String?

  @Flag(
    name: TranscriptionFlags.both("keep_unproven"),
    help: "Show comments too whose quotes are not in the transcript, marked.")
  var keepUnproven = false

  @OptionGroup var model: LanguageModelFlags

  /// - Throws: ``CommentBotError`` with code `usage` when a kind or the language is unknown, `configuration` when the
  ///   file of a kind is malformed.
  func plan(in home: Home = .locate()) throws -> CommentPlan {
    CommentPlan(
      kinds: try Self.kinds(kinds, in: CommentKinds(in: home.prompts)),
      options: try CommentaryOptions(language: commentLanguage, instructions: instructions))
  }

  /// Each kind once.
  /// - Parameter list: names with commas between them, `all`, or `none`.
  static func kinds(_ list: String, in catalog: CommentKinds) throws -> [CommentKind] {
    switch list {
    case "none": return []
    case "all": return try catalog.names.map(catalog.kind)
    default: break
    }
    let names = list.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    return try names.reduce(into: []) { kinds, name in
      if !kinds.contains(where: { $0.name == name }) { kinds.append(try catalog.kind(named: name)) }
    }
  }
}
