import Testing

@testable import Whisper

@Suite struct SecondLookTests {
  private func blocks(_ samples: [Float], silences: [Range<Int>]? = nil) -> [(range: Range<Int>, gain: Float)] {
    SecondLook().blocks(in: silences ?? [0..<samples.count]) { Array(samples[$0]) }
  }

  private func noise(_ level: Float, seconds: Int) -> [Float] {
    (0..<seconds * 16_000).map { $0.isMultiple(of: 2) ? level : -level }
  }

  @Test func secondLook_makesQuietSoundAsLoudAsItsLevel() throws {
    let block = try #require(blocks(noise(0.001, seconds: 2)).first)
    #expect(block.range == 0..<32_000)
    #expect(abs(block.gain - 100) < 0.1)
  }

  @Test func secondLook_goesByTheLoudestFrame() throws {
    let gains = blocks(noise(0.001, seconds: 3) + noise(0.01, seconds: 1)).map(\.gain)
    #expect(gains.count == 1)
    #expect(abs(try #require(gains.first) - 10) < 0.1)
  }

  @Test func secondLook_leavesDigitalSilenceLoudSoundAndShortPauses() {
    #expect(blocks(noise(0, seconds: 2)).isEmpty)
    #expect(blocks(noise(0.00003, seconds: 2)).isEmpty)
    #expect(blocks(noise(0.06, seconds: 2)).isEmpty)
    #expect(blocks(noise(0.001, seconds: 2), silences: [0..<12_799]).isEmpty)
  }

  @Test func secondLook_hasAGainOfItsOwnEveryTenSeconds() {
    let blocks = blocks(noise(0.001, seconds: 10) + noise(0.002, seconds: 5))
    #expect(blocks.map(\.range) == [0..<160_000, 160_000..<240_000])
    #expect(blocks.map { $0.gain.rounded() } == [100, 50])
  }

  @Test func quietSpeech_isRaisedUpToTheMiddleOfThePausesAroundIt() throws {
    let samples = noise(0.1, seconds: 1) + noise(0.001, seconds: 1) + noise(0, seconds: 1) + noise(0.004, seconds: 1)
    let quiet = SecondLook().quietSpeech(in: [0..<14_000, 18_000..<30_000, 49_000..<60_000], count: samples.count) {
      Array(samples[$0])
    }
    #expect(quiet.map(\.range) == [16_000..<36_400, 42_600..<64_000])
    #expect(quiet.map { $0.gain.rounded() } == [100, 25])
  }

  private func stretches(_ spans: [Range<Int>], _ samples: [Float]) -> [(range: Range<Int>, gain: Float)] {
    SecondLook().quietSpeech(in: spans, count: samples.count) { Array(samples[$0]) }
  }

  @Test func quietSpeech_keepsTheLevelsOfOneBreath() {
    // The weak syllable lies below the floor, and belongs to the words around it.
    let samples = noise(0.004, seconds: 1) + noise(0.0002, seconds: 1) + noise(0.002, seconds: 1)
    let quiet = stretches([0..<14_000, 18_000..<30_000, 34_000..<48_000], samples)
    #expect(quiet.map(\.range) == [0..<48_000])
    #expect(quiet.map { $0.gain.rounded() } == [25])
  }

  @Test func quietSpeech_isPartedWhereTheLevelChanges() {
    let quiet = stretches([0..<14_000, 18_000..<32_000], noise(0.1, seconds: 1) + noise(0.002, seconds: 1))
    #expect(quiet.map(\.range) == [16_000..<32_000])
    #expect(stretches([0..<14_000, 18_000..<32_000], noise(0.1, seconds: 1) + noise(0.01, seconds: 1)).isEmpty)
  }

  @Test func secondLook_hasOneGainForAQuietRecording() {
    func gain(_ samples: [Float]) -> Float { SecondLook().gain(ofAll: samples.count) { Array(samples[$0]) } }
    #expect(abs(gain(noise(0, seconds: 30) + noise(0.001, seconds: 1)) - 100) < 0.1)
    #expect(gain(noise(0.001, seconds: 30) + noise(0.06, seconds: 1)) == 1)
    #expect(gain(noise(0.0002, seconds: 3)) == 1)
    #expect(gain([]) == 1)
  }

  @Test func secondLook_isOnlyWorthItWhereItIsLouderThanTheFirst() {
    let samples = noise(0.001, seconds: 2)
    func count(after gain: Float) -> Int {
      SecondLook().blocks(in: [0..<samples.count], after: gain) { Array(samples[$0]) }.count
    }
    #expect(count(after: 40) == 1)
    #expect(count(after: 60) == 0)
  }

  @Test func voiceActivity_peaksWithinARange() {
    let activity = VoiceActivity(probabilities: [0.1, 0.9, 0.2, 0.3])
    #expect(activity.peak(in: 0..<512) == 0.1)
    #expect(activity.peak(in: 500..<520) == 0.9)
    #expect(activity.peak(in: 1024..<9000) == 0.3)
    #expect(activity.peak(in: 9000..<9999) == 0)
  }
}
