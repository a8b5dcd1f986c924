/// Chooses `num_ctx`: one for a whole run, since another one loads the model again.
enum OllamaContext {
  /// Less leaves no room for a part of a talk.
  static let shortest = 2048

  /// In whole thousands, so that texts of nearly the same length load the model once.
  static func rounded(_ tokens: Int) -> Int { max(shortest, (tokens + 1023) / 1024 * 1024) }

  /// - Parameters:
  ///   - limit: tokens at the most.
  ///   - loaded: tokens that the server has the model in memory with; nil when it has not.
  ///   - modelBytes: of the weights, which a model in memory has already.
  ///   - freeBytes: memory that the server can take; nil when nobody knows.
  static func length(
    _ facts: OllamaModelFacts, limit: Int, loaded: Int? = nil, modelBytes: Int = 0, freeBytes: Int? = nil
  ) -> Int {
    var length = min(facts.contextLength ?? limit, limit)
    if let freeBytes, let perToken = facts.cacheBytesPerToken {
      // What a model in memory takes is not free now, and would be used again.
      let held = loaded.map { modelBytes + $0 * perToken } ?? 0
      while length > shortest, modelBytes + length * perToken > freeBytes + held { length = max(shortest, length / 2) }
    }
    // Another one would load it again; a shorter one would part the text into more windows than need be.
    if let loaded, (length...max(length, limit)).contains(loaded) { return loaded }
    return length
  }
}
