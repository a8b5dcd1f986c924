internal import CLlama
import CommentCore
import Foundation

/// Turns messages into the tokens that a model was trained to read as a chat.
///
/// libllama knows the usual templates by their marks and runs no Jinja. The contents are put in afterwards, so that
/// the name of a control token in a transcript stays text and cannot end a message.
struct ChatTemplate {
  private let template: String
  /// Whether the file's template is unknown to libllama, or missing, and ChatML stands in for it.
  let isAssumed: Bool

  init(_ weights: LlamaWeights) {
    let probe = [ChatMessage(.user, "x")]
    if let template = weights.chatTemplate, Self.render(template, probe) != nil {
      self.template = template
      isAssumed = false
    } else {
      template = "chatml"
      isAssumed = true
    }
  }

  func tokens(_ messages: [ChatMessage], _ weights: LlamaWeights) throws -> [llama_token] {
    let marks = messages.indices.map { "@content-\($0)-\(UUID().uuidString)@" }
    let marked = zip(messages, marks).map { ChatMessage($0.role, $1) }
    guard var rest = Self.render(template, marked)?[...] else {
      throw CommentBotError(.engine, "apply", "the chat template", cause: "libllama could not")
    }
    var tokens: [llama_token] = weights.beginToken.map { [$0] } ?? []
    for (message, mark) in zip(messages, marks) {
      guard let place = rest.range(of: mark) else {
        throw CommentBotError(
          .engine, "apply", "the chat template", cause: "it leaves out the \(message.role.rawValue)'s message")
      }
      tokens += try weights.tokens(String(rest[..<place.lowerBound]), isTemplate: true)
      tokens += try weights.tokens(message.content)
      rest = rest[place.upperBound...]
    }
    return tokens + (try weights.tokens(String(rest), isTemplate: true))
  }

  /// The chat as text, up to where the answer begins; nil when libllama does not know the template.
  private static func render(_ template: String, _ messages: [ChatMessage]) -> String? {
    let strings = messages.flatMap { [strdup($0.role.rawValue), strdup($0.content)] }
    defer { for string in strings { free(string) } }
    let chat = messages.indices.map { llama_chat_message(role: strings[2 * $0], content: strings[2 * $0 + 1]) }
    let length = llama_chat_apply_template(template, chat, chat.count, true, nil, 0)
    guard length > 0 else { return nil }
    let bytes = [CChar](unsafeUninitializedCapacity: Int(length)) { buffer, used in
      llama_chat_apply_template(template, chat, chat.count, true, buffer.baseAddress, length)
      used = Int(length)
    }
    return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
