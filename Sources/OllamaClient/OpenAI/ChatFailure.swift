import Foundation

/// What a server says of a failure: OpenAI's object, LM Studio's text, or whatever the body holds.
struct ChatFailure: Decodable {
  var text: String
  /// Kinds of failures; llama.cpp's code is a number, and nil here.
  private var names: [String] = []

  private enum CodingKeys: String, CodingKey { case message, type, code }

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self.text = text
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    text = (try? container.decode(String.self, forKey: .message)) ?? "the server failed"
    names = [CodingKeys.code, .type].compactMap { try? container.decode(String.self, forKey: $0) }
  }

  init(body: Data) {
    struct Reply: Decodable { var error: ChatFailure }
    if let reply = try? JSONDecoder().decode(Reply.self, from: body) {
      self = reply.error
    } else {
      text = String(decoding: body.prefix(200), as: UTF8.self)
    }
  }

  /// Whether the prompt is too long for the context: OpenAI's and llama.cpp's servers have names for it, the others
  /// only words.
  var isContextExceeded: Bool {
    names.contains { ["context_length_exceeded", "exceed_context_size_error"].contains($0) }
      || Self.speaksOfContext(text)
  }

  /// Whether the text of a refused prompt says that it is too long, in the words of Ollama, vLLM or LM Studio.
  static func speaksOfContext(_ text: String) -> Bool {
    text.contains(/context (length|window|size)|tokens when context/.ignoresCase())
  }
}
