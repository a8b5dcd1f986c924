import CommentCore
import Foundation
import HTTPTypes

/// Decodes uploads, one at a time. Nothing of them stays on the disk: the samples' file has no name once it is mapped.
actor UploadDecoder {
  private let executor = BlockingExecutor(label: "commentbot.upload-decoder")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
  private let folder: URL
  private let maxDuration: Double

  init(folder: URL, maxDuration: Double) {
    self.folder = folder
    self.maxDuration = maxDuration
  }

  /// - Throws: ``ServiceFailure`` when the file is no audio or too long, or ``CommentBotError``, `cancelled` in a task
  ///   that is cancelled.
  func samples(of upload: Upload) throws -> AudioSamples {
    let output = folder.appending(path: "\(UUID().uuidString).wav")
    defer { unlink(output.path) }
    var isTooLong = false
    do {
      // A few seconds more than the limit, so that it is met here, where it has its own status.
      let limits = DecodeLimits(maxDuration: maxDuration + 5)
      _ = try AudioDecoder(limits: limits).decode(upload.file, to: output) { seconds, _ in
        isTooLong = seconds > maxDuration
        return !isTooLong && !Task.isCancelled
      }
    } catch let error as CommentBotError {
      if isTooLong { throw tooLong }
      guard error.code == .unreadableAudio else { throw error }
      throw ServiceFailure(
        .badRequest, "the file '\(upload.filename)' cannot be decoded: \(error.cause)", param: "file",
        code: error.code.rawValue)
    }
    return try checked(AudioSamples(url: output, key: output.lastPathComponent))
  }

  /// Raw samples, 16 kHz mono 16-bit little-endian, behind the bytes that were reserved for a header.
  func rawSamples(of upload: Upload) throws -> AudioSamples {
    guard upload.byteCount % 2 == 0 else {
      throw ServiceFailure(.badRequest, "with encode=false the file must be 16-bit samples", param: "audio_file")
    }
    let handle = try FileHandle(forWritingTo: upload.file)
    try handle.write(contentsOf: Data("RIFF".utf8))
    try handle.close()
    return try checked(AudioSamples(url: upload.file, key: upload.file.lastPathComponent))
  }

  private func checked(_ samples: AudioSamples) throws -> AudioSamples {
    guard samples.duration <= maxDuration else { throw tooLong }
    return samples
  }

  private var tooLong: ServiceFailure {
    ServiceFailure(
      .contentTooLarge, "the audio is longer than the limit of \(TimeText.span(maxDuration))", param: "file",
      code: "audio_too_long")
  }
}
