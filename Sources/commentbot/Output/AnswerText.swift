import CommentCore

/// What `ask` prints.
struct AnswerText {
  private let answer: Answer
  private let isOfSeveral: Bool
  private let showsUnproven: Bool

  /// - Parameter isOfSeveral: whether each place says which recording it is in.
  init(_ answer: Answer, isOfSeveral: Bool, showsUnproven: Bool) {
    (self.answer, self.isOfSeveral, self.showsUnproven) = (answer, isOfSeveral, showsUnproven)
  }

  /// For a person.
  var text: String {
    var lines = answer.items.flatMap { self.lines(of: $0, mark: "•") }
    if showsUnproven { lines += answer.unproven.flatMap { self.lines(of: $0, mark: "? not proven:") } }
    // That its words are not there says nothing of what was asked.
    if answer.items.isEmpty, answer.method == .model { lines.insert("The transcript does not say.", at: 0) }
    let count = CountText.of(answer.passages, "segment")
    let unproven = answer.unproven.count
    let whose = answer.method == .extractive ? "of a model " : ""
    let left =
      unproven > 0 ? "; \(CountText.of(unproven, "statement")) \(whose)left out, whose quotes were not said" : ""
    let found =
      answer.items.isEmpty ? "Nothing was found with words of the question" : "What was said with words of the question"
    let author =
      answer.method == .extractive
      ? "\(found), chosen without a language model" : "By \(Console.safe(answer.model)) (\(answer.engine))"
    lines += (lines.isEmpty ? [] : [""]) + ["\(author), from \(count)\(left)."]
    return WrappedText.forTerminal(lines).joined(separator: "\n")
  }

  private func lines(of item: Answer.Item, mark: String) -> [String] {
    let places = item.sources.map { source in
      "[" + (isOfSeveral ? "\(Console.safe(source.name)) " : "") + "\(ClockText.of(source.segment.start))]"
    }
    return item.item.lines(mark: mark, places: places)
  }

  /// data/doc/PROGRAMS.md documents it: keep both the same.
  struct JSON: Encodable {
    struct Item: Encodable {
      struct Source: Encodable {
        var id: String
        var name: String
        var segment: Int
        var start: Double
        var end: Double
        var text: String
      }
      var text: String
      var quote: String?
      var grounded: Bool?
      var sources: [Source]
    }
    var items: [Item]
    var unprovenCount: Int
    var unproven: [Item]?
    var method: Comment.Method
    var engine: String
    var model: String
    var coverage: Double
    var passages: Int
  }

  var json: JSON {
    JSON(
      items: answer.items.map(Self.item), unprovenCount: answer.unproven.count,
      unproven: showsUnproven ? answer.unproven.map(Self.item) : nil, method: answer.method, engine: answer.engine,
      model: answer.model, coverage: answer.coverage, passages: answer.passages)
  }

  private static func item(_ item: Answer.Item) -> JSON.Item {
    JSON.Item(
      text: item.item.text, quote: item.item.quote, grounded: item.item.grounded,
      sources: item.sources.map {
        .init(
          id: $0.id, name: $0.name, segment: $0.segment.id, start: $0.segment.start, end: $0.segment.end,
          text: $0.segment.text)
      })
  }
}
