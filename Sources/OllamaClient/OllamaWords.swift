/// A model that an Ollama server has (`/api/tags`).
public struct OllamaInstalledModel: Codable, Sendable, Equatable {
  /// With its tag, such as `llama3.2:latest`.
  public var name: String
  /// 64 hexadecimal digits; changes with the weights and with the Modelfile.
  public var digest: String
  /// Bytes on the server's disk.
  public var size: Int
  /// What the server tells of the weights.
  public var details: Details
  /// `completion`, `thinking`, `embedding` and others; nil from servers that do not say.
  public var capabilities: [String]?

  /// What the server tells of the weights.
  public struct Details: Codable, Sendable, Equatable {
    /// Such as `llama`.
    public var family: String?
    /// Such as `134.52M` or `3.2B`.
    public var parameterSize: String?
    /// Such as `Q4_K_M`.
    public var quantizationLevel: String?

    enum CodingKeys: String, CodingKey {
      case family
      case parameterSize = "parameter_size"
      case quantizationLevel = "quantization_level"
    }
  }
}

/// A model that an Ollama server has in memory (`/api/ps`).
public struct OllamaLoadedModel: Codable, Sendable, Equatable {
  /// With its tag, such as `qwen3:4b`.
  public var name: String
  /// Bytes in memory.
  public var size: Int
  /// Bytes of them on a GPU; 0 means that the CPU computes.
  public var sizeVRAM: Int?
  /// Tokens that the model was loaded for; nil from servers that do not say.
  public var contextLength: Int?

  enum CodingKeys: String, CodingKey {
    case name, size
    case sizeVRAM = "size_vram"
    case contextLength = "context_length"
  }
}

/// What is known of one model (`/api/show`).
public struct OllamaModelFacts: Decodable, Sendable, Equatable {
  /// Empty from servers that do not say.
  public var capabilities: [String]
  /// Tokens that the model was made for; nil when the server does not say.
  public var contextLength: Int?
  /// Weights; nil when the server does not say.
  public var parameterCount: Double?
  /// Bytes of memory for each token of context, in 16 bits; nil when the server does not say enough.
  public var cacheBytesPerToken: Int?

  enum CodingKeys: String, CodingKey {
    case capabilities, details
    case modelInfo = "model_info"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    capabilities = try container.decodeIfPresent([String].self, forKey: .capabilities) ?? []
    let info = try container.decodeIfPresent([String: InfoValue].self, forKey: .modelInfo) ?? [:]
    if case .text(let architecture) = info["general.architecture"],
      case .number(let length) = info["\(architecture).context_length"]
    {
      contextLength = Int(exactly: length)
    }
    if case .text(let architecture) = info["general.architecture"] {
      cacheBytesPerToken = Self.cacheBytes(architecture, info)
    }
    if case .number(let count) = info["general.parameter_count"] {
      parameterCount = count
    } else {
      let details = try container.decodeIfPresent(OllamaInstalledModel.Details.self, forKey: .details)
      parameterCount = details?.parameterSize.flatMap(Self.parameters)
    }
  }

  /// A key and a value of 2 bytes for each layer, head and dimension.
  private static func cacheBytes(_ architecture: String, _ info: [String: InfoValue]) -> Int? {
    func number(_ key: String) -> Double? {
      if case .number(let value) = info["\(architecture).\(key)"] { value } else { nil }
    }
    guard let layers = number("block_count"), let heads = number("attention.head_count") else { return nil }
    let width = number("attention.key_length") ?? number("embedding_length").map { $0 / max(1, heads) }
    guard let width else { return nil }
    return Int(exactly: (4 * layers * (number("attention.head_count_kv") ?? heads) * width).rounded())
  }

  /// The number that `134.52M` or `3.2B` stands for.
  static func parameters(_ text: String) -> Double? {
    let units: [Character: Double] = ["K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()) else { return nil }
    return number * unit
  }

  private enum InfoValue: Decodable {
    case text(String)
    case number(Double)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .other
      }
    }
  }
}

/// What `/api/chat` is asked.
struct OllamaChatCall: Encodable {
  var model: String
  var messages: [Message]
  var stream = true
  /// With ``shift``: an over-long prompt is an error, never cut in silence.
  var truncate = false
  var shift = false
  /// nil for models that cannot think: `true` would be an error there, and older ones do not know the field.
  var think: Bool?
  var format: SchemaFormat?
  var keepAlive: OllamaKeepAlive?
  var options: Options

  struct Message: Encodable {
    var role: String
    var content: String
  }

  /// A change of ``numCtx`` between calls makes the server load the model again.
  struct Options: Encodable, Equatable {
    var numCtx: Int
    var numPredict: Int
    var seed: UInt32
    var temperature: Double

    enum CodingKeys: String, CodingKey {
      case seed, temperature
      case numCtx = "num_ctx"
      case numPredict = "num_predict"
    }
  }

  enum CodingKeys: String, CodingKey {
    case model, messages, stream, truncate, shift, think, format, options
    case keepAlive = "keep_alive"
  }
}

/// One line of the answer of `/api/chat`.
struct OllamaChatLine: Decodable {
  var message: Message?
  var done: Bool?
  var doneReason: String?
  var promptEvalCount: Int?
  var evalCount: Int?
  var error: String?
  /// With an error of some servers: the status that it would have had before the answer began.
  var status: Int?

  struct Message: Decodable {
    var content: String?
  }

  enum CodingKeys: String, CodingKey {
    case message, done, error, status
    case doneReason = "done_reason"
    case promptEvalCount = "prompt_eval_count"
    case evalCount = "eval_count"
  }
}
