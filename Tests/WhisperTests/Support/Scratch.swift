import CommentCore
import Foundation

/// A folder of its own for a test, removed with the value's owner.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "whisper-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func file(_ name: String, _ data: Data) throws -> URL {
    let url = folder.appending(path: name)
    try data.write(to: url)
    return url
  }

  /// A cached WAV file of the samples.
  func audio(_ samples: [Int16]) throws -> AudioSamples {
    var data = Data("RIFF".utf8)
    data.append(Data(count: AudioSamples.headerBytes - data.count))
    for sample in samples { withUnsafeBytes(of: sample.littleEndian) { data.append(contentsOf: $0) } }
    return try AudioSamples(url: try file("\(UUID().uuidString).wav", data), key: "test")
  }
}

/// Speech to listen to.
enum Speech {
  struct Failed: Error {
    let command: [String]
  }

  static let rate = AudioSamples.sampleRate

  static func silence(seconds: Double) -> [Int16] { [Int16](repeating: 0, count: Int(seconds * Double(rate))) }

  /// A recorded English prompt.
  static func prompt(_ name: String) throws -> [Int16] {
    try samples(["ffmpeg", "-v", "error", "-i", "/usr/share/asterisk/sounds/en_US_f_Allison/\(name).wav"])
  }

  /// White noise with samples between minus and plus the amplitude, which is 1 at full scale.
  static func noise(seconds: Int, amplitude: Double) throws -> [Int16] {
    try made(by: "anoisesrc=color=white:seed=7:sample_rate=\(rate):duration=\(seconds):amplitude=\(amplitude)")
  }

  /// What a source of ffmpeg's filters gives.
  static func made(by source: String) throws -> [Int16] {
    try samples(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source])
  }

  static func synthetic(_ text: String, voice: String) throws -> [Int16] {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).wav")
    defer { try? FileManager.default.removeItem(at: url) }
    _ = try run(["espeak-ng", "-v", voice, "-s", "140", "-w", url.path, text])
    return try samples(["ffmpeg", "-v", "error", "-i", url.path])
  }

  /// Makes a file with ffmpeg.
  static func ffmpeg(_ arguments: [String]) throws {
    _ = try run(["ffmpeg", "-v", "error", "-y"] + arguments)
  }

  private static func samples(_ command: [String]) throws -> [Int16] {
    let data = try run(command + ["-ar", "\(rate)", "-ac", "1", "-f", "s16le", "-"])
    return data.withUnsafeBytes { raw in
      (0..<raw.count / 2).map { Int16(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 2, as: Int16.self)) }
    }
  }

  private static func run(_ command: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(command: command) }
    return data
  }
}
