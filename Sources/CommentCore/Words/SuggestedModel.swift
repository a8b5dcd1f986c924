/// The language model to get where there is only the very small one, or none.
public enum SuggestedModel {
  /// By its name in Ollama.
  public static let name = "qwen3:4b"
  /// Gets it.
  public static let command = "ollama pull \(name)"
}
