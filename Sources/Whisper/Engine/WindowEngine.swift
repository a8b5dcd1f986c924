import CommentCore

/// What decodes the windows of one recording, and all that an engine has to do: where speech is, how it is packed into
/// windows, what is heard again and what is dropped is the same for every engine.
protocol WindowEngine: Sendable {
  /// For one of two windows that are decoded at a time; nil where that gains nothing.
  var half: Self? { get }

  /// What is most likely spoken in the windows, by the mean of what each of them says.
  /// - Parameter windows: with something to hear in each.
  /// - Returns: nil when nobody can tell.
  mutating func language(of windows: [AudioWindow], in plan: WindowPlan) async throws -> SpokenLanguage?

  /// What is heard of a window.
  /// - Parameter progress: told the share of the window that is done, in 0...1, by engines that know it.
  mutating func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk]
}

extension WindowEngine {
  var half: Self? { nil }
}
