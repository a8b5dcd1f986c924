import CommentCore

/// What `/v1/chat/completions` is asked.
struct ChatCall: Encodable {
  var model: String
  var messages: [Message]
  var stream = true
  var streamOptions = StreamOptions()
  var maxTokens: Int
  var seed: UInt32
  var temperature: Double
  var responseFormat: ResponseFormat?

  struct Message: Encodable {
    var role: String
    var content: String
  }

  struct StreamOptions: Encodable {
    var includeUsage = true
    enum CodingKeys: String, CodingKey { case includeUsage = "include_usage" }
  }

  struct ResponseFormat: Encodable {
    struct Named: Encodable {
      var name = "items"
      var schema: SchemaFormat
    }
    var type = "json_schema"
    var jsonSchema: Named

    enum CodingKeys: String, CodingKey {
      case type
      case jsonSchema = "json_schema"
    }
  }

  enum CodingKeys: String, CodingKey {
    case model, messages, stream, seed, temperature
    case streamOptions = "stream_options"
    case maxTokens = "max_tokens"
    case responseFormat = "response_format"
  }
}

/// One event of the streamed answer.
struct ChatCallEvent: Decodable {
  struct Choice: Decodable {
    struct Delta: Decodable { var content: String? }
    var delta: Delta?
    var finishReason: String?

    enum CodingKeys: String, CodingKey {
      case delta
      case finishReason = "finish_reason"
    }
  }

  struct Usage: Decodable {
    var promptTokens: Int?
    var completionTokens: Int?

    enum CodingKeys: String, CodingKey {
      case promptTokens = "prompt_tokens"
      case completionTokens = "completion_tokens"
    }
  }

  var choices: [Choice]?
  var usage: Usage?
  var error: ChatFailure?
}
