import Foundation

@testable import CommentCore

/// A folder of its own for one test, gone afterwards.
func withModelsFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "commentbot-models-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder)
}

/// The smallest files that are recognised as models; their weights are a few bytes of nothing.
enum FakeModel {
  static func whisper(_ weights: WeightType = .f16, filler: UInt8 = 1) -> Data {
    var data = number(0x6767_6d6c)
    let sizes: [UInt32] = [51865, 1500, 512, 8, 6, 448, 512, 8, 6, 80, weights == .bf16 ? 24 : 1]
    for size in sizes { data.append(number(size)) }
    return data + Data(repeating: filler, count: 100)
  }

  static let vad = number(0x6767_6d6c) + number(10) + Data("silero-16k".utf8) + Data(repeating: 0, count: 50)
  static let llm = Data("GGUF".utf8) + Data(repeating: 3, count: 60)

  private static func number(_ value: UInt32) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }
}

extension Data {
  /// Writes the file and the folders above it.
  func put(_ folder: URL, _ path: String) throws {
    let url = folder.appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try write(to: url)
  }
}

/// The error that the body throws; nil when it throws none.
func thrownError(_ body: () async throws -> Void) async -> CommentBotError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? CommentBotError
  }
}

/// Names in the folder and below, as paths, without the manifest.
func modelFiles(in folder: URL) -> [String] {
  let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
  return names.filter { !["manifest.json", "whisper", "llm"].contains($0) }.sorted()
}
