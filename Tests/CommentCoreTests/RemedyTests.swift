import CommentCore
import Testing

/// Every error names what mends it.
struct RemedyTests {
  @Test(arguments: CommentBotError.Code.allCases)
  func error_withoutAHint_namesWhatMendsItsKind(code: CommentBotError.Code) {
    let error = CommentBotError(code, "read", "x", cause: "of a test")
    #expect((error.remedy == nil) == (code == .cancelled))
    #expect(error.description.contains("\n  → ") == (code != .cancelled))
  }

  @Test func error_withAHint_namesThatOnly() {
    let error = CommentBotError(.io, "read", "x", cause: "of a test", hint: "mend it")
    #expect(error.description == "cannot read x: of a test (io)\n  → mend it")
  }
}
