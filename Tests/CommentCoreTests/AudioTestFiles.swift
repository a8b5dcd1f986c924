import CommentCore
import Foundation
import Testing

/// A folder of audio files made for one test with ffmpeg, gone when the test ends.
final class AudioTestFiles: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "audio-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
  }

  func url(_ name: String) -> URL { folder.appending(path: name) }

  /// A beep of 0.1 s and 1 kHz at the start of each second: it tells the time at any place.
  static func beeps(seconds: Int, rate: Int = 44100, channels: Int = 2) -> [String] {
    let signal = "if(lt(mod(t\\,1)\\,0.1)\\,0.5*sin(2*PI*1000*t)\\,0)"
    let all = [String](repeating: signal, count: channels).joined(separator: "|")
    return ["-f", "lavfi", "-i", "aevalsrc=\(all):d=\(seconds):s=\(rate)"]
  }

  /// Noise and tones that no codec codes to nothing.
  static func music(seconds: Int, rate: Int = 44100) -> [String] {
    ["-f", "lavfi", "-i", "anoisesrc=d=\(seconds):r=\(rate):a=0.1:seed=1,asplit[a][b];[a]tremolo=3[c];[c][b]amerge"]
  }

  @discardableResult
  func ffmpeg(_ arguments: [String], to name: String) throws -> URL {
    let output = url(name)
    try run("ffmpeg", ["-v", "error", "-nostdin", "-y"] + arguments + [output.path])
    return output
  }

  func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(program) \(arguments)")
  }

  @discardableResult
  func write(_ bytes: some DataProtocol, to name: String) throws -> URL {
    try Data(bytes).write(to: url(name))
    return url(name)
  }

  /// Overwrites the bytes after the middle of the file with noise that is the same each time.
  func damage(_ file: URL, bytes: Int) throws {
    var data = try Data(contentsOf: file)
    var generator = LinearGenerator(state: 42)
    for index in data.count / 2..<data.count / 2 + bytes { data[index] = UInt8.random(in: 0...255, using: &generator) }
    try data.write(to: file)
  }

  func decode(_ file: URL, limits: DecodeLimits = .init()) throws -> (facts: AudioFacts, samples: [Float]) {
    let output = url("decoded.wav")
    let facts = try AudioDecoder(limits: limits).decode(file, to: output)
    let samples = try AudioSamples(url: output, key: "test")
    return (facts, samples.floats(0..<samples.count))
  }

  /// What the ffmpeg program makes of the file.
  func ffmpegSamples(_ file: URL) throws -> [Float] {
    let form = ["-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le", "-f", "s16le"]
    let output = try ffmpeg(["-i", file.path] + form, to: "reference")
    return try Data(contentsOf: output).withUnsafeBytes { raw in
      raw.bindMemory(to: Int16.self).map { Float($0) / 32768 }
    }
  }
}

/// Times in seconds at which a beep starts: sound after at least 0.2 s below the threshold.
func beepTimes(_ samples: [Float], threshold: Float = 0.1) -> [Double] {
  var times: [Double] = []
  var quiet = 3200
  for (index, sample) in samples.enumerated() {
    if abs(sample) < threshold {
      quiet += 1
    } else {
      if quiet >= 3200 { times.append(Double(index) / 16000) }
      quiet = 0
    }
  }
  return times
}

/// Knuth's MMIX generator: the same numbers in every run.
private struct LinearGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 33
  }
}
