import CommentCore
import Foundation
import HTTPTypes

/// The file that a recording was made from, if it is still there and may be sent.
struct OriginalAudio: Sendable {
  let recording: Recording
  /// Folders whose files may be sent: what a path names elsewhere was never meant for clients.
  let roots: [URL]

  /// - Throws: ``ServiceFailure`` with status 404 when it is not there, is another by now, or lies elsewhere.
  func open() throws -> OpenFile {
    // Where the links lead to is what counts.
    guard let real = realpath(recording.path, nil) else { throw missing }
    defer { free(real) }
    let path = String(cString: real)
    guard roots.contains(where: { path.hasPrefix(Self.real($0) + "/") }) else { throw missing }
    guard let file = OpenFile(path), file.byteCount == recording.byteCount else { throw missing }
    return file
  }

  private static func real(_ folder: URL) -> String {
    guard let real = realpath(folder.path, nil) else { return folder.path }
    defer { free(real) }
    return String(cString: real)
  }

  private var missing: ServiceFailure {
    ServiceFailure(
      .notFound, "the audio of \(recording.id) is not kept here", code: "audio_not_kept",
      hint: "upload it again, or keep it where the server may read it")
  }

  /// By FFmpeg's name of the container.
  var contentType: String {
    let names = Set(recording.facts.container.split(separator: ",").map(String.init))
    let known = Self.types.first { !names.isDisjoint(with: $0.names) }
    return known?.type ?? "application/octet-stream"
  }

  private static let types: [(names: Set<String>, type: String)] = [
    (["wav", "w64"], "audio/wav"), (["mp3"], "audio/mpeg"), (["flac"], "audio/flac"), (["ogg"], "audio/ogg"),
    (["mov", "mp4", "m4a"], "audio/mp4"), (["matroska", "webm"], "video/webm"), (["aac"], "audio/aac"),
    (["aiff"], "audio/aiff"), (["amr"], "audio/amr"), (["ac3", "eac3"], "audio/ac3"), (["avi"], "video/x-msvideo"),
    (["mpegts"], "video/mp2t"), (["asf"], "video/x-ms-asf"), (["au"], "audio/basic"), (["caf"], "audio/x-caf"),
  ]
}

/// A file that is read in parts. It is the same one as long as this object lives, whatever becomes of its name.
final class OpenFile: Sendable {
  private let descriptor: Int32
  let byteCount: Int

  /// nil when it cannot be opened or is no regular file.
  init?(_ path: String) {
    // O_NONBLOCK: opening a pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    var info = stat()
    guard descriptor >= 0 else { return nil }
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    byteCount = Int(info.st_size)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// - Throws: ``CommentBotError`` with code `io`, also when the file has become shorter.
  func read(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, $0.count - done, off_t(range.lowerBound + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw CommentBotError(
          .io, "read", "the audio", cause: count == 0 ? "it was cut" : String(cString: strerror(errno)))
      }
      done += count
    }
    return bytes
  }
}
