/// Who decides on the language of a recording. The first 30 s alone may be music, an announcement or somebody else's
/// greeting.
enum LanguageVoters {
  /// Which of `count` windows vote: every other one, at least one and at most five, from the middles of equal parts.
  static func indices(of count: Int) -> [Int] {
    let voters = min(5, (count + 1) / 2)
    return (0..<voters).map { (2 * $0 + 1) * count / (2 * voters) }
  }

  /// The language that the voters choose; nil when there is no speech.
  static func language(in plan: WindowPlan, by engine: inout some WindowEngine) async throws -> SpokenLanguage? {
    let speech = plan.windows.filter { !$0.pieces.isEmpty }
    return speech.isEmpty ? nil : try await engine.language(of: indices(of: speech.count).map { speech[$0] }, in: plan)
  }
}
