import Foundation
import Testing

@testable import CommentCore

/// Channels by themselves, from files made with ffmpeg.
struct AudioChannelTests {
  private let files: AudioTestFiles

  init() throws {
    files = try AudioTestFiles()
  }

  /// A beep of 0.1 s on each channel: on the first at 1 s, on the next at 2 s and so on.
  private func beeps(channels: Int, seconds: Int = 8) -> [String] {
    let signals = (1...channels).map { "if(between(t\\,\($0)\\,\($0).1)\\,0.5*sin(2*PI*1000*t)\\,0)" }
    return ["-f", "lavfi", "-i", "aevalsrc=\(signals.joined(separator: "|")):d=\(seconds):s=44100"]
  }

  private func samples(_ file: URL, channel: Int?) throws -> [Float] {
    let output = files.url("decoded.wav")
    _ = try AudioDecoder().decode(file, channel: channel, to: output)
    let samples = try AudioSamples(url: output, key: "test")
    return samples.floats(0..<samples.count)
  }

  private func isNear(_ times: [Double], to expected: [Double]) -> Bool {
    times.count == expected.count && zip(times, expected).allSatisfy { abs($0 - $1) < 0.05 }
  }

  @Test(arguments: [("wav", 2), ("mp3", 2), ("flac", 6), ("opus", 2), ("m4a", 4)])
  func decode_oneChannel_hearsNothingOfTheOthers(format: String, count: Int) throws {
    let file = try files.ffmpeg(beeps(channels: count), to: "beeps.\(format)")
    #expect(try AudioDecoder().channelCount(of: file) == count)
    // Codecs may order the channels in their own way, but each has one beep of its own.
    let times = try (0..<count).map { try #require(beepTimes(samples(file, channel: $0)).first) }
    #expect(isNear(times.sorted(), to: (1...count).map(Double.init)))
    for channel in 0..<count { #expect(beepTimes(try samples(file, channel: channel)).count == 1) }
    if count == 2 { #expect(isNear(times, to: [1, 2])) }
  }

  @Test func decode_oneChannel_isAsLoudAsInTheFile() throws {
    let file = try files.ffmpeg(beeps(channels: 2), to: "beeps.wav")
    let peak = try #require(try samples(file, channel: 1).max())
    #expect(abs(peak - 0.5) < 0.01)
  }

  @Test func decode_partWithFewerChannels_isSilentOnTheOthers() throws {
    let stereo = try files.ffmpeg(AudioTestFiles.beeps(seconds: 4), to: "a.mp3")
    let mono = try files.ffmpeg(AudioTestFiles.beeps(seconds: 3, channels: 1), to: "b.mp3")
    let file = try files.write(try Data(contentsOf: stereo) + Data(contentsOf: mono), to: "joined.mp3")
    #expect(beepTimes(try samples(file, channel: 0)).count == 7)
    let second = try samples(file, channel: 1)
    #expect(beepTimes(second).count == 4)
    #expect(second.count == (try samples(file, channel: 0)).count)
  }

  @Test func cache_keepsEachChannelByItself() async throws {
    let file = try files.ffmpeg(beeps(channels: 2), to: "beeps.wav")
    let sha256 = try FileDigest.sha256(of: file).hex
    let cache = AudioCache(folder: files.url("cache"))
    for channel in [nil, 0, 1] {
      let first = try await cache.samples(for: file, sha256: sha256, channel: channel)
      let again = try await cache.samples(for: file, sha256: sha256, channel: channel)
      #expect(!first.isReused && again.isReused)
      let times = beepTimes(again.samples.floats(0..<again.samples.count))
      #expect(isNear(times, to: channel.map { [Double($0 + 1)] } ?? [1, 2]))
    }
    #expect(try await cache.entries().map(\.sha256) == [sha256, sha256, sha256])
    try await cache.remove(sha256: sha256)
    #expect(try await cache.entries().isEmpty)
  }

  @Test func sourceAudio_sameSoundOnAllChannels_isOneWithoutSpeakers() async throws {
    let different = try await source(beeps(channels: 2), "two.wav")
    #expect(different.channels.map(\.speaker) == ["A", "B"])
    #expect(different.totalDuration == 2 * different.duration)
    let same = try await source(AudioTestFiles.beeps(seconds: 4) + ["-b:a", "64k"], "same.mp3")
    #expect(same.channels.map(\.speaker) == [nil])
    // A channel that only repeats another one takes no name away from those after it.
    let three = ["-filter_complex", "[0:a]pan=3.0|c0=c0|c1=c0|c2=c1"]
    let copied = try await source(beeps(channels: 2) + three, "three.wav")
    #expect(copied.channels.map(\.speaker) == ["A", "C"])
  }

  private func source(_ signal: [String], _ name: String) async throws -> SourceAudio {
    let file = try files.ffmpeg(signal, to: name)
    let sha256 = try FileDigest.sha256(of: file).hex
    let cache = AudioCache(folder: files.url("cache"))
    var decoded: [CachedAudio] = []
    for channel in 0..<(try AudioDecoder().channelCount(of: file)) {
      decoded.append(try await cache.samples(for: file, sha256: sha256, channel: channel))
    }
    return SourceAudio(decoded)
  }
}
