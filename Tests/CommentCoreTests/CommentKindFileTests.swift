import Foundation
import TestSupport
import Testing

@testable import CommentCore

@Suite struct CommentKindFileTests {
  private static let whole = """
    ---
    name: standup
    title: Stand-up
    description: Who did what.
    fields:
      who: the person
      text: what was done
      mood: [good, bad]
    limits:
      items: 7
      items_per_window: 3
      characters: 120
      answer_tokens: 512
    combine: never
    layout: timeline
    verbatim: true
    extract: questions
    ---

    List what was done{{#speakers}}, by each speaker{{/speakers}}.
    At most {{items}} in {{language}}.
    """

  @Test func kind_isReadWhole() throws {
    let kind = try CommentKindFile(parsing: Self.whole, named: "standup").kind
    #expect(
      kind
        == CommentKind(
          name: "standup", title: "Stand-up", description: "Who did what.",
          fields: [
            CommentField(name: "mood", meaning: .choice(["good", "bad"])),
            CommentField(name: "text", meaning: .words("what was done")),
            CommentField(name: "who", meaning: .words("the person")),
          ],
          template:
            "List what was done{{#speakers}}, by each speaker{{/speakers}}.\nAt most {{items}} in {{language}}.",
          maxItems: 7, maxItemsPerWindow: 3, maxTextLength: 120, maxAnswerTokens: 512, combining: .never,
          layout: .timeline, isVerbatim: true, extract: .questions))
    #expect(try CommentKindFile(parsing: Self.whole.replacing("\n", with: "\r\n"), named: "standup").kind == kind)
  }

  @Test func task_hasTheValuesAndTheFields() throws {
    let kind = try CommentKindFile(parsing: Self.whole, named: "standup").kind
    var prompt = CommentaryPrompt(kind: kind, language: "Spanish")
    #expect(
      prompt.windowTask(maxItems: 3) == """
        List what was done.
        At most 3 in Spanish.
        "mood": good or bad.
        "text": what was done.
        "who": the person.
        Write in Spanish, at most 3 items.
        """)
    (prompt.hasSpeakers, prompt.instructions) = (true, "Call me <b>Al</b> & be brief.")
    let task = prompt.windowTask(maxItems: 3)
    #expect(task.contains("List what was done, by each speaker.") && task.contains("\nCall me <b>Al</b> & be brief.\n"))
    guard case .object(let top) = prompt.schema(maxItems: 3), case .array(.object(let item), 3) = top[0].schema else {
      Issue.record("another form")
      return
    }
    #expect(item.map(\.name) == ["mood", "quote", "segments", "text", "who"])
    #expect(item[0].schema == .choice(["good", "bad"]))
  }

  /// What is wrong, on which line, and a word of the cause.
  static let faults: [(change: @Sendable (String) -> String, line: Int, cause: String)] = [
    ({ _ in "" }, 1, "---"),
    ({ "\n" + $0 }, 1, "---"),
    ({ $0.replacing("\n---\n", with: "\n") }, 20, "not closed"),
    ({ $0.replacing("name: standup", with: "name: other") }, 2, "the file is standup.md"),
    ({ $0.replacing("name: standup\n", with: "") }, 1, "name is missing"),
    ({ $0.replacing("title: Stand-up", with: "title: [a, b]") }, 3, "title"),
    ({ $0.replacing("title: Stand-up", with: "title: \"open") }, 17, "not YAML"),
    ({ $0.replacing("title:", with: "titel:") }, 3, "no key \"titel\""),
    ({ $0.replacing("description: Who did what.", with: "name: standup") }, 2, "twice"),
    ({ $0.replacing("  text: what was done\n", with: "") }, 5, "must hold text"),
    ({ $0.replacing(/limits:\n(  .*\n)*/, with: "limits: 7\n") }, 9, "lines of the form"),
    ({ $0.replacing("  who:", with: "  quote:") }, 6, "quote cannot be a field"),
    ({ $0.replacing("  who:", with: "  Who is it:") }, 6, "cannot be a field"),
    ({ $0.replacing("[good, bad]", with: "[good]") }, 8, "two or more"),
    ({ $0.replacing("[good, bad]", with: "[\"go\\nod\", bad]") }, 8, "no line ends, quotes"),
    ({ $0.replacing("items: 7", with: "items: 0") }, 10, "from 1 to 50"),
    ({ $0.replacing("items: 7", with: "items: many") }, 10, "whole number"),
    ({ $0.replacing("characters: 120", with: "words: 120") }, 12, "no key \"words\""),
    ({ $0.replacing("combine: never", with: "combine: sometimes") }, 14, "always, when-too-many, never"),
    ({ $0.replacing("verbatim: true", with: "verbatim: 7") }, 16, "true or false"),
    ({ String($0.prefix(upTo: $0.range(of: "List what")!.lowerBound)) }, 18, "no text"),
    ({ $0.replacing("{{/speakers}}", with: "") }, 21, "malformed"),
    ({ $0.replacing("{{language}}", with: "{{languages}}") }, 21, "no value \"languages\""),
    ({ $0.replacing("by each speaker", with: "by {{name}}") }, 20, "no value \"name\""),
  ]

  @Test(arguments: faults.indices)
  func malformed_isRefusedWithItsLine(index: Int) throws {
    let fault = Self.faults[index]
    let error = #expect(throws: CommentKindFile.Malformed.self) {
      try CommentKindFile(parsing: fault.change(Self.whole), named: "standup")
    }
    #expect(error?.line == fault.line, "\(error?.cause ?? "")")
    #expect(error?.cause.contains(fault.cause) == true, "\(error?.cause ?? "")")
  }

  @Test func fileThatIsNoUTF8_isRefusedWithItsLine() throws {
    let scratch = try Scratch()
    let kinds = CommentKinds(in: scratch.url)
    let (before, after) = ("---\nname: standup\ntitle: Caf", "\nlayout: list\n---\nText.")
    try (Data(before.utf8) + [0xE9] + Data(after.utf8)).write(to: kinds.file(of: "standup"))
    for read in [{ try kinds.kind(named: "standup") }, { try CommentKinds.check(kinds.file(of: "standup")) }] {
      let error = #expect(throws: CommentBotError.self) { try read() }
      #expect(error?.code == .configuration && error?.subject.hasSuffix("standup.md:3") == true)
      #expect(error?.cause == "it is not UTF-8" && error?.hint?.contains("prompts check") == true)
    }
  }

  @Test func shippedKinds_areTheFilesOfTheRepository() throws {

    let folder = Package.root.appending(path: "data/prompts")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }
    let kinds = CommentKinds(in: URL(filePath: "/nowhere"))
    #expect(Set(files) == Set(kinds.names.map { "\($0).md" }))
    for name in kinds.names {
      let file = try String(contentsOf: folder.appending(path: "\(name).md"), encoding: .utf8)
      #expect(try kinds.text(of: name) == file)
      #expect(try kinds.kind(named: name).name == name)
    }
    #expect(CommentKind.defaultNames.allSatisfy(kinds.names.contains))
  }

  @Test func folder_winsOverWhatIsShipped() throws {
    let scratch = try Scratch()
    let kinds = CommentKinds(in: scratch.url.appending(path: "prompts"))
    let file = try kinds.make("summary")
    #expect(try kinds.kind(named: "summary") == .summary)
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacing("title: Summary", with: "title: In short").write(to: file, atomically: true, encoding: .utf8)
    #expect(try kinds.kind(named: "summary").title == "In short")
    _ = try kinds.make("my-kind")
    #expect(kinds.names.last == "my-kind")
    #expect(try kinds.kind(named: "my-kind").title == "My kind")
    #expect(throws: CommentBotError.self) { try kinds.make("my-kind") }
    for name in ["", "../x", "My kind", "a_b", "-a"] {
      #expect(throws: CommentBotError.self) { try kinds.make(name) }
    }
    try "---\nname: my-kind\ntitel: x\n---\nText.".write(
      to: kinds.file(of: "my-kind"), atomically: true, encoding: .utf8)
    let error = #expect(throws: CommentBotError.self) { try kinds.kind(named: "my-kind") }
    #expect(error?.code == .configuration && error?.subject.hasSuffix("my-kind.md:3") == true)
    // The others still serve.
    #expect(kinds.entries.count { (try? $0.result.get()) == nil } == 1)
  }

  @Test func unknownKind_namesThoseThatThereAre() throws {
    let error = #expect(throws: CommentBotError.self) {
      try CommentKinds(in: URL(filePath: "/nowhere")).kind(named: "sumary")
    }
    #expect(error?.code == .usage && error?.cause.contains("summary, key-points") == true)
  }
}
