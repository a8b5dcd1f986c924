import CommentCore
import Foundation
import HTTPTypes

/// The file that a recording was made from, if it is still there and may be sent.
struct OriginalAudio: Sendable {
  let recording: Recording
  /// Folders whose files may be sent: what a path names elsewhere was never meant for clients.
  let roots: [URL]
  let contents: KnownContents

  /// - Throws: ``ServiceFailure`` with status 404 when it is not there, is another by now, or lies elsewhere.
  func open() async throws -> OpenFile {
    guard let (file, path) = try await Blocking.run({ find() }) else { throw missing }
    // Another file may have the same size.
    guard try await contents.sha256(of: file, at: path) == recording.sha256 else { throw missing }
    return file
  }

  private func find() -> (file: OpenFile, path: String)? {
    // Where the links lead to is what counts.
    let path = Self.real(recording.path)
    guard roots.contains(where: { path.hasPrefix(Self.real($0.path) + "/") }) else { return nil }
    guard let file = OpenFile(path), file.byteCount == recording.byteCount else { return nil }
    return (file, path)
  }

  private static func real(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }

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
