import CommentCore
import Testing
import Whisper

extension WhisperEngineTests {
  private static let english =
    "Good morning everybody. The meeting of tomorrow begins at nine in the office. Please bring something to drink."
  private static let spanish =
    "Buenos días a todos. La reunión de mañana empieza a las nueve en la oficina. Por favor traigan algo para beber."
  private static let french =
    "Bonjour à tous. La réunion de demain commence à neuf heures dans le bureau. Apportez quelque chose à boire."

  @Test(arguments: [("es", spanish, "reunión"), ("fr", french, "demain")])
  func auto_neverTranslates(language: String, sentence: String, word: String) async throws {
    let windows = try await windows(Speech.synthetic(sentence, voice: language))
    #expect(windows.first?.language == language)
    #expect(text(windows).contains(word) && !text(windows).contains(" the "), "\(text(windows))")
  }

  @Test func translate_givesEnglish() async throws {
    var options = TranscriptionOptions()
    options.task = .translate
    let windows = try await windows(Speech.synthetic(Self.spanish, voice: "es"), options: options)
    #expect(windows.first?.language == "es")
    #expect(text(windows).contains("meeting"), "\(text(windows))")
  }

  @Test func votes_areTold() async throws {
    let samples = try Speech.prompt("demo-congrats") + Speech.silence(seconds: 1) + Speech.prompt("demo-thanks")
    let windows = try await windows(samples)
    let votes = try #require(windows.first?.languages)
    #expect(votes.first?.language == "en" && votes.first?.probability == windows.first?.languageProbability)
    #expect(zip(votes, votes.dropFirst()).allSatisfy { $0.probability >= $1.probability })
    #expect((1...5).contains(votes.count) && votes.reduce(0) { $0 + $1.probability } < 1.0001)
    // Those that go on after a stop say the same as those before it.
    #expect(windows.allSatisfy { $0.language == nil || $0.languages == votes })
    let rest = try await self.windows(samples, after: Array(windows.prefix(1)))
    #expect(rest == Array(windows.dropFirst()))
    var options = TranscriptionOptions()
    options.language = "en"
    #expect(try await self.windows(samples, options: options).allSatisfy { $0.languages == nil })
  }

  @Test func multilingual_eachStretchHasItsLanguage() async throws {
    var samples: [Int16] = []
    for _ in 0..<2 {
      for (sentence, voice) in [(Self.english, "en-us"), (Self.spanish, "es"), (Self.french, "fr")] {
        samples += try Speech.synthetic(sentence, voice: voice) + Speech.silence(seconds: 1.5)
      }
    }
    var options = TranscriptionOptions()
    options.multilingual = true
    let whole = try await windows(samples, options: options)
    expectOrder(whole, duration: Double(samples.count) / 16_000)
    let languages = whole.flatMap(\.segments).map(\.language).reduce(into: [String?]()) {
      if $0.last != $1 { $0.append($1) }
    }
    #expect(languages == ["en", "es", "fr", "en", "es", "fr"])
    for (language, word) in [("en", "meeting"), ("es", "reuni"), ("fr", "demain")] {
      #expect(text(whole.filter { $0.language == language }).contains(word), "\(language)")
    }
    // Stopped within what was planned as one window, too.
    for count in [1, 2, whole.count - 1] {
      let rest = try await windows(samples, options: options, after: Array(whole.prefix(count)))
      #expect(rest.map(\.language) == whole.dropFirst(count).map(\.language))
      #expect(rest.map(\.segments) == whole.dropFirst(count).map(\.segments))
    }
  }
}
