import Foundation
import GRDB
import TestSupport
import Testing

@testable import CommentCore

/// What an interrupted run was told, and in which windows it read.
@Suite struct CommentaryAnswersTests {
  @Test func answersOfAnInterruptedRun_areNotAskedForAgain() async throws {
    try await withLibrary { library in
      let transcript = Transcript.said((0..<600).map { "Sentence number \($0) of a talk about canals and locks." })
      _ = try await library.saveTranscript(transcript, of: .make(), folder: "f")
      let dies = ScriptedModel { request, index in
        index == 3
          ? .failure(CommentBotError(.unreachable, "reach", "Ollama", cause: "gone"))
          : .text(answerJSON([([request.lineNumbers[0]], "From \(request.lineNumbers[0]).")], quoting: request.lines))
      }
      let answers = library.answers(onTranscript: transcript.key)
      let code = await errorCode {
        _ = try await Commentator(model: dies).comment(on: transcript, kind: .summary, answers: answers)
      }
      #expect(code == .unreachable)
      let works = ScriptedModel { request, _ in
        request.isCombination
          ? .text(answerJSON([(request.lineNumbers, "All.")]))
          : .text(answerJSON([([request.lineNumbers[0]], "From \(request.lineNumbers[0]).")], quoting: request.lines))
      }
      let comment = try await Commentator(model: works).comment(on: transcript, kind: .summary, answers: answers)
      let asked = Set(works.log.all.map(\.user))
      #expect(dies.log.all.prefix(3).allSatisfy { !asked.contains($0.user) })
      let whole = try await Commentator(model: works).comment(on: transcript, kind: .summary)
      #expect(comment.items == whole.items && comment.promptTokens == whole.promptTokens && comment.coverage == 1)
      // With the comment they have served.
      try await library.saveComments([comment], transcriptKey: transcript.key)
      let rest = try await library.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM comment_answers") }
      #expect(rest == 0)
    }
  }

  @Test(arguments: [(4096, 8192), (8192, 4096), (4096, 4096)])
  func interruptedRun_withAnotherContext_keepsItsWindowsWhereTheyFit(first: Int, second: Int) async throws {
    try await withLibrary { library in
      let transcript = Transcript.said((0..<600).map { "Sentence number \($0) of a talk about canals and locks." })
      _ = try await library.saveTranscript(transcript, of: .make(), folder: "f")
      let answers = library.answers(onTranscript: transcript.key)
      @Sendable func answer(_ request: ChatRequest) -> ScriptedModel.Answer {
        .text(answerJSON([([request.lineNumbers[0]], "From \(request.lineNumbers[0]).")], quoting: request.lines))
      }
      let dies = ScriptedModel(contextLength: first) { request, index in
        index == 2 ? .failure(CommentBotError(.unreachable, "reach", "Ollama", cause: "gone")) : answer(request)
      }
      #expect(
        await errorCode {
          _ = try await Commentator(model: dies).comment(on: transcript, kind: .summary, answers: answers)
        } == .unreachable)
      let works = ScriptedModel(contextLength: second) { request, _ in answer(request) }
      let comment = try await Commentator(model: works).comment(on: transcript, kind: .summary, answers: answers)
      #expect(comment.coverage == 1)
      let isAskedAgain = works.log.all.contains { $0.lineNumbers.first == 0 && !$0.isCombination }
      #expect(isAskedAgain == (second < first))
    }
  }

  @Test func windowsThatWereTooLarge_areNotUsedAgain() async throws {
    try await withLibrary { library in
      let transcript = Transcript.said((0..<600).map { "Sentence number \($0) of a talk about canals and locks." })
      _ = try await library.saveTranscript(transcript, of: .make(), folder: "f")
      let answers = library.answers(onTranscript: transcript.key)
      let full = ScriptedModel(contextLength: 2048) { _, _ in .failure(ScriptedModel.contextExceeded) }
      #expect(
        await errorCode {
          _ = try await Commentator(model: full).comment(on: transcript, kind: .summary, answers: answers)
        } == .contextExceeded)
      let works = ScriptedModel(contextLength: 8192) { request, _ in
        .text(answerJSON([([request.lineNumbers[0]], "From \(request.lineNumbers[0]).")], quoting: request.lines))
      }
      _ = try await Commentator(model: works).comment(on: transcript, kind: .summary, answers: answers)
      #expect(works.log.all[0].lineNumbers.count > 100)
    }
  }
}
