extension CommentBotError {
  /// The same without paths of this machine, for those who are not to know them: files have their names alone. A hint
  /// that speaks of paths is the usual one of its code.
  public var withoutPaths: CommentBotError {
    let isPath = subject.hasPrefix("/")
    let name = isPath ? Self.lastName(of: subject) : Self.withoutPaths(subject)
    let cause = Self.withoutPaths(isPath ? cause.replacing(subject, with: name) : cause)
    let hint = hint.flatMap { Self.withoutPaths($0) == $0 ? $0 : nil }
    return CommentBotError(code, operation, name, cause: cause, hint: hint)
  }

  private static func withoutPaths(_ text: String) -> String {
    // Not in the middle of an address such as http://host/path.
    text.replacing(#/(^|[\s'"“(=])(/[^\s'"”()\/]+){2,}\/?/#) { match in
      "\(match.output.1)\(lastName(of: String(match.output.0)))"
    }
  }

  private static func lastName(of path: String) -> String {
    path.split(separator: "/").last.map { $0.trimmingPrefix(while: \.isWhitespace) }.map(String.init) ?? path
  }
}
