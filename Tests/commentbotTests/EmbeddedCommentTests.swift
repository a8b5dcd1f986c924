import Foundation
import TestSupport
import Testing

/// The embedded model on people's recorded speech: whatever it writes, nothing is shown that was not said.
@Suite(.serialized) struct EmbeddedCommentTests {
  private struct Line: Decodable {
    struct Transcript: Decodable {
      struct Segment: Decodable {
        var id: Int
        var text: String
      }
      var language: String
      var segments: [Segment]
    }
    struct Comment: Decodable {
      struct Item: Decodable {
        struct Citation: Decodable { var segment: Int }
        var text: String
        var quote: String?
        var grounded: Bool?
        var citations: [Citation]
      }
      var kind: String
      var engine: String
      var coverage: Double
      var answers: Int
      var unusableAnswers: Int
      var items: [Item]
    }
    var transcript: Transcript
    var comments: [Comment]
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  @Test(arguments: [("en_US_f_Allison", "en"), ("es_MX_f_Allison", "es")])
  func recordedSpeech_getsNothingButWhatWasSaid(folder: String, language: String) throws {
    let home = try Installation()
    let sounds = URL(filePath: "/usr/share/asterisk/sounds/\(folder)")
    let files = ["demo-congrats", "demo-instruct", "demo-moreinfo"].map { sounds.appending(path: "\($0).wav") }
    let talk = try Speech.join(files, at: home.file("talk.wav"))
    let kinds = "summary,key-points,action-items,quotes"
    let result = try home.run("process", "--json", "--llm", "embedded", "--kinds", kinds, talk.path)
    try #require(result.status == 0, "\(result.error)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let line = try decoder.decode(Line.self, from: Data(result.out.utf8))
    #expect(line.transcript.language == language)
    #expect(line.comments.map(\.kind) == kinds.split(separator: ",").map(String.init))
    for comment in line.comments {
      #expect(comment.engine == "embedded" && comment.coverage == 1 && !comment.items.isEmpty)
      // The grammar leaves it no other form.
      #expect(comment.answers > 0 && comment.unusableAnswers == 0)
      for item in comment.items {
        #expect(item.grounded == true && item.quote == item.text && !item.citations.isEmpty)
        let cited = item.citations.flatMap { citation in
          Self.words(line.transcript.segments.first { $0.id == citation.segment }?.text ?? "")
        }
        let said = Self.words(item.text)
        #expect(cited.indices.contains { cited[$0...].starts(with: said) }, "\(item.text): \(cited)")
      }
    }
  }
}
