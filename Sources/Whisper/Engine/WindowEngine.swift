import CommentCore

/// What decodes the windows of one recording, and all that an engine has to do: where speech is, how it is packed into
/// windows, what is heard again and what is dropped is the same for every engine.
protocol WindowEngine: Sendable {
  /// Whether two windows can be decoded at a time, each by a copy of the engine.
  var takesPairs: Bool { get }

  /// What is most likely spoken in the windows, by the mean of what each of them says.
  /// - Parameter windows: with something to hear in each.
  /// - Returns: nil when nobody can tell.
  mutating func language(of windows: [AudioWindow], in plan: WindowPlan) async throws -> SpokenLanguage?

  /// What is heard of a window.
  /// - Parameters:
  ///   - isAlone: whether no other window is being decoded, or waits for it.
  ///   - progress: told the share of the window that is done, in 0...1, by engines that know it.
  mutating func hear(
    _ window: AudioWindow, as request: WindowRequest, in plan: WindowPlan, isAlone: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Double) -> Void
  ) async throws -> [HeardChunk]
}

extension WindowEngine {
  var takesPairs: Bool { false }
}
