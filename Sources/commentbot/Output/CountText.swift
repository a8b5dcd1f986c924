/// Numbers of things as people read them.
enum CountText {
  /// `1 segment`, `2 segments`.
  static func of(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }
}
