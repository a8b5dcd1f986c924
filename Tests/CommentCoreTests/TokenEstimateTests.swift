import Testing

@testable import CommentCore

@Suite struct TokenEstimateTests {
  /// Texts and their tokens by SmolLM2's tokenizer.
  private static let counted = [
    ("The council met on Tuesday and voted for the new bridge, although several members asked for more time.", 20),
    ("Der Stadtrat traf sich am Dienstag und stimmte für die neue Brücke, obwohl mehrere Mitglieder mehr Zeit", 41),
    ("Kaupunginvaltuusto kokoontui tiistaina ja äänesti uuden sillan puolesta, vaikka useat jäsenet pyysivät", 46),
    ("Городской совет собрался во вторник и проголосовал за новый мост, хотя некоторые члены попросили больше", 72),
    ("市议会星期二开会并投票支持新桥，尽管有几位成员要求更多时间阅读有关费用的报告。", 71),
    ("시의회는 화요일에 모여 새 다리에 찬성 투표를 했지만 여러 의원들은 비용 보고서를 읽을 시간을 더 요청했다.", 127),
    (
      "اجتمع مجلس المدينة يوم الثلاثاء وصوت لصالح الجسر الجديد رغم أن عدة أعضاء طلبوا مزيدا من الوقت لقراءة التقرير.",
      105
    ),
    ("[0] 00:00:12.340 [1] 00:01:15.220 [2] 3.14159 [3] 1,234,567 {\"segments\":[1,2,3],\"text\":\"\"}", 71),
    ("👩‍👩‍👧🎉😀🚀 👍🏽 ❤️", 32),
  ]

  @Test(arguments: counted) func estimate_isNeverTooLow(_ text: String, _ tokens: Int) {
    let estimate = TokenEstimate().tokens(text)
    #expect(estimate >= tokens)
    #expect(estimate <= tokens * 5 / 2)
  }

  /// One language's text says nothing of another's.
  @Test(arguments: counted.dropFirst()) func estimate_isNeverTooLow_afterEnglish(_ text: String, _ tokens: Int) {
    let english = Self.counted[0]
    var estimate = TokenEstimate()
    estimate.learn([String(repeating: english.0 + " ", count: 20)], in: "en", counted: 20 * english.1)
    #expect(estimate.tokens(text, in: "xx") >= tokens)
    #expect(estimate.tokens(text, in: nil) >= tokens)
    #expect(estimate.tokens(english.0, in: "en") >= english.1)
  }

  /// Figures are dense in every language's text.
  @Test func figures_areNotScaled_asLettersAre() {
    let english = Self.counted[0]
    var estimate = TokenEstimate()
    estimate.learn([String(repeating: english.0 + " ", count: 20)], in: "en", counted: 20 * english.1)
    #expect(estimate.tokens(Self.counted[7].0, in: "en") >= Self.counted[7].1)
  }

  @Test func tokenizer_denserThanGuessed_isSoForUnknownLanguages() {
    let text = String(repeating: "word ", count: 1000)
    var estimate = TokenEstimate()
    estimate.learn([text], in: "en", counted: 4000)
    #expect(estimate.tokens(text, in: "de") >= 4000 && estimate.tokens(text) >= 4000)
  }

  @Test func estimate_comesNearer_withTheServersCounts() {
    let text = String(repeating: Self.counted[0].0 + " ", count: 20)
    let real = 20 * Self.counted[0].1
    var estimate = TokenEstimate()
    #expect(estimate.tokens(text) > real * 2)
    estimate.learn([text], in: "en", counted: real)
    #expect(estimate.tokens(text, in: "en") >= real)
    #expect(estimate.tokens(text, in: "en") < real * 5 / 4)
    // Other letters keep their own, careful figure.
    #expect(estimate.tokens(Self.counted[4].0, in: "en") >= Self.counted[4].1)
  }

  @Test func estimate_remembersTheDensestText() {
    let text = String(repeating: "word ", count: 1000)
    var estimate = TokenEstimate()
    estimate.learn([text], in: "en", counted: 2000)
    estimate.learn([text], in: "en", counted: 1000)
    #expect(estimate.tokens(text, in: "en") >= 2000)
  }

  @Test func estimate_learnsNothing_fromAShortOrMissingCount() {
    var estimate = TokenEstimate()
    estimate.learn(["word"], counted: 1)
    estimate.learn([String(repeating: "word ", count: 1000)], counted: 0)
    #expect(estimate == TokenEstimate())
  }
}
