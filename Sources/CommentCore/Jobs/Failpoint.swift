import Foundation

/// Places where the chaos harness makes a process die or stand still.
///
/// `COMMENTBOT_FAILPOINTS` names them, each with what happens and how likely it is:
///
///     COMMENTBOT_FAILPOINTS='after-claim=kill:0.1;before-commit=stop:0.05'
///
/// `kill` is SIGKILL, `stop` is SIGSTOP: somebody else has to continue the process. Without the variable nothing
/// happens. The places, in the order of a job's way:
///
/// | name | where |
/// |---|---|
/// | `in-claim` | within the transaction that hands a job out |
/// | `after-claim` | the worker has a job |
/// | `before-decode`, `after-decode` | around decoding |
/// | `before-window`, `after-window` | around the checkpoint of a window |
/// | `before-store`, `in-store`, `after-store` | around the transcript's files and rows, and between the two |
/// | `before-comment`, `after-comment` | around keeping a comment |
/// | `before-heartbeat` | the heartbeat is about to be written |
/// | `before-commit` | the result is about to be committed; every check of the worker is behind it |
/// | `in-commit` | within the transaction that ends an attempt |
/// | `after-commit` | the attempt has ended, the worker does not know yet |
/// | `in-restore` | all parts of a backup but the library have taken their places |
public enum Failpoint: String, Sendable, CaseIterable {
  case inClaim = "in-claim"
  case afterClaim = "after-claim"
  case beforeDecode = "before-decode"
  case afterDecode = "after-decode"
  case beforeWindow = "before-window"
  case afterWindow = "after-window"
  case beforeStore = "before-store"
  case inStore = "in-store"
  case afterStore = "after-store"
  case beforeComment = "before-comment"
  case afterComment = "after-comment"
  case beforeHeartbeat = "before-heartbeat"
  case beforeCommit = "before-commit"
  case inCommit = "in-commit"
  case afterCommit = "after-commit"
  case inRestore = "in-restore"

  static let variable = "COMMENTBOT_FAILPOINTS"

  struct Rule: Equatable {
    var signal: Int32
    var probability: Double
  }

  private static let rules = Result {
    try parse(ProcessInfo.processInfo.environment[variable] ?? "")
  }

  /// - Throws: ``CommentBotError`` with code `configuration` when the variable is malformed.
  public static func check() throws { _ = try rules.get() }

  /// Dies or stands still here, when that is wanted.
  static func hit(_ place: Failpoint) {
    guard let rule = (try? rules.get())?[place], Double.random(in: 0..<1) < rule.probability else { return }
    kill(getpid(), rule.signal)
  }

  static func parse(_ text: String) throws -> [Failpoint: Rule] {
    try text.split(separator: ";").reduce(into: [:]) { rules, entry in
      guard let match = entry.wholeMatch(of: /([a-z-]+)=(kill|stop):([0-9.]+)/),
        let place = Failpoint(rawValue: String(match.output.1)), let probability = Double(match.output.3),
        (0...1).contains(probability)
      else {
        throw CommentBotError(
          .configuration, "use", "\(entry) in \(variable)", cause: "it is not PLACE=kill:SHARE or PLACE=stop:SHARE",
          hint: "the places are \(allCases.map(\.rawValue).joined(separator: ", "))")
      }
      rules[place] = Rule(signal: match.output.2 == "kill" ? SIGKILL : SIGSTOP, probability: probability)
    }
  }
}
