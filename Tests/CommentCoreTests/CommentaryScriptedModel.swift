import Foundation
import Synchronization
import Testing

@testable import CommentCore

/// A language model that records what it is asked and answers by a script. One token is four bytes or a part of them.
struct ScriptedModel: LanguageModel {
  enum Answer: Sendable {
    case text(String, isCut: Bool = false)
    /// Ends before it is whole.
    case brokenOff(String)
    case failure(CommentBotError)
  }

  final class Log: Sendable {
    private let requests = Mutex<[ChatRequest]>([])
    var all: [ChatRequest] { requests.withLock { $0 } }
    /// Adds the request and returns its position.
    func add(_ request: ChatRequest) -> Int {
      requests.withLock {
        $0.append(request)
        return $0.count - 1
      }
    }
  }

  let identity = EngineIdentity(engine: "embedded", model: "scripted", digest: "d1")
  var contextLength = 4096
  var isWeak = false
  let log = Log()
  /// Answers a request by its content and its position.
  let script: @Sendable (ChatRequest, Int) -> Answer

  init(contextLength: Int = 4096, script: @escaping @Sendable (ChatRequest, Int) -> Answer) {
    self.contextLength = contextLength
    self.script = script
  }

  /// Gives the answers one after the other.
  init(contextLength: Int = 4096, _ answers: Answer...) {
    self.init(contextLength: contextLength) { _, index in
      index < answers.count ? answers[index] : .failure(.init(.engine, "answer", "call \(index)", cause: "no script"))
    }
  }

  static func tokens(_ text: String) -> Int { (text.utf8.count + 3) / 4 }

  /// What the whole call takes of the context, a chat template's words included.
  static func tokens(_ request: ChatRequest) -> Int {
    request.messages.reduce(30) { $0 + tokens($1.content) }
  }

  func countTokens(_ text: String) -> Int { Self.tokens(text) }

  func chat(_ request: ChatRequest, onText: (String) async throws -> Void) async throws -> ChatUsage {
    let answer = script(request, log.add(request))
    let promptTokens = Self.tokens(request)
    guard promptTokens + request.maxTokens <= contextLength else { throw Self.contextExceeded }
    switch answer {
    case .text(let text, let isCut):
      var rest = text[...]
      while !rest.isEmpty {
        try await onText(String(rest.prefix(7)))
        rest = rest.dropFirst(7)
      }
      return ChatUsage(promptTokens: promptTokens, outputTokens: Self.tokens(text), isCut: isCut)
    case .brokenOff(let text):
      try await onText(text)
      throw CommentBotError(.cutOff, "answer with", "scripted", cause: "it broke off")
    case .failure(let error): throw error
    }
  }

  static let contextExceeded = CommentBotError(.contextExceeded, "answer with", "scripted", cause: "too long")
}

extension ChatRequest {
  var system: String { messages.first { $0.role == .system }?.content ?? "" }
  var user: String { messages.last { $0.role == .user }?.content ?? "" }
  var isCombination: Bool { user.hasPrefix("<notes>") }
  /// The prompt's lines by their numbers.
  var lines: [Int: String] {
    let numbered = user.split(separator: "\n").compactMap { line -> (Int, String)? in
      guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return nil }
      return Int(line[line.index(after: line.startIndex)..<end]).map { ($0, String(line[end...].dropFirst(2))) }
    }
    return Dictionary(numbered) { first, _ in first }
  }
  /// The numbers of the prompt's lines.
  var lineNumbers: [Int] {
    user.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return nil }
      return Int(line[line.index(after: line.startIndex)..<end])
    }
  }
}

/// An answer of the form that prompts ask for.
/// - Parameter lines: what was said, by segment: each item quotes the first segment that it cites and that is there.
func answerJSON(_ items: [(segments: [Int], text: String)], quoting lines: [Int: String] = [:]) -> String {
  let parts = items.map { item in
    let quote = item.segments.compactMap { lines[$0] }.first ?? ""
    return #"{"quote":"\#(quote)","segments":\#(item.segments),"text":"\#(item.text)"}"#
  }
  return #"{"items":[\#(parts.joined(separator: ","))]}"#
}

func answerJSON(_ items: [(segments: [Int], text: String)], quoting texts: [String]) -> String {
  answerJSON(items, quoting: Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($0.offset, $0.element) }))
}

extension CommentKind {
  static let summary = shipped("summary")
  static let keyPoints = shipped("key-points")

  static func shipped(_ name: String) -> CommentKind {
    do {
      return try CommentKinds(in: URL(filePath: "/nowhere")).kind(named: name)
    } catch {
      fatalError("\(error)")
    }
  }
}

extension Commentator {
  /// The comment of one kind.
  func comment(
    on transcript: Transcript, kind: CommentKind, answers: CommentaryAnswers? = nil,
    onEvent: @escaping @Sendable (CommentaryEvent) -> Void = { _ in }
  ) async throws -> CommentCore.Comment {
    var comments: [CommentCore.Comment] = []
    try await comment(on: transcript, kinds: [kind], answers: answers, onEvent: onEvent) { comments.append($0) }
    return try #require(comments.first)
  }
}

extension Transcript {
  /// A transcript of the texts, five seconds each.
  static func said(_ texts: [String], language: String = "en", task: TranscriptionOptions.Task = .transcribe) -> Self {
    var options = TranscriptionOptions()
    options.task = task
    let segments = texts.enumerated().map { index, text in
      Segment(id: index, start: Double(index) * 5, end: Double(index) * 5 + 5, text: text)
    }
    return Transcript(
      key: "t1", language: language, languageProbability: nil, duration: Double(texts.count) * 5, engine: "libwhisper",
      model: "base", options: options, segments: segments, dropped: [])
  }
}
