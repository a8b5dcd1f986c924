import CommentCore
import Foundation
import Llama
import Whisper

/// The C libraries that are linked.
enum LibraryChecks {
  static let all = [
    Check(.libraries, "ffmpeg", "version of FFmpeg") { ffmpeg(LibraryVersions.ffmpeg, $0.place) },
    Check(.libraries, "playlists", "files that make FFmpeg read other files") { _ in
      try await Blocking.run { try playlists() }
    },
    Check(.libraries, "engines", "versions of libwhisper, libllama and ggml") { _ in engines() },
    Check(.libraries, "sqlite", "version of SQLite") {
      sqlite((try? Library.sqliteVersion()) ?? "unknown", $0.place)
    },
    Check(.libraries, "curl", "version of libcurl, and whether it speaks TLS") {
      curl(LibraryVersions.curl, $0.place)
    },
  ]

  /// By the version only what was published of it: distributors mend faults without a new one.
  static func ffmpeg(_ version: String, _ place: Place = .machine) -> Finding {
    let numbers = version.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." }
    // CVE-2016-1897 and -1898 were mended in 2.8.5, CVE-2017-9993 in 3.3.2 and before it in older branches.
    if !numbers.isEmpty, String(numbers).compare("3.3.2", options: .numeric) == .orderedAscending {
      return .failure(
        "FFmpeg \(version) may read other files that an upload names (CVE-2016-1897, CVE-2017-9993)",
        fix: place.renewed(
          by: "sudo apt-get update && sudo apt-get install --only-upgrade libavformat-dev libavcodec-dev"))
    }
    return .ok(
      "FFmpeg \(version); which CVEs that build has mended its distributor says: "
        + "https://security-tracker.debian.org/tracker/source-package/ffmpeg")
  }

  /// Tries it: CVE-2023-6602, -6604 and -6605 are of this kind, and which builds have them a version does not tell.
  static func playlists() throws -> Finding {
    let folder = try TemporaryFolder()
    let secret = folder.url.appending(path: "other.wav")
    try AudioSamples.wav([Float](repeating: 0.1, count: 16000)).write(to: secret)
    let lures = [
      "list.mp3": "#EXTM3U\n#EXTINF:1,\nfile://\(secret.path)\n#EXT-X-ENDLIST\n",
      "list.wav": "ffconcat version 1.0\nfile other.wav\n",
    ]
    for (name, text) in lures.sorted(by: { $0.key < $1.key }) {
      let lure = folder.url.appending(path: name)
      try Data(text.utf8).write(to: lure)
      if (try? AudioDecoder().decode(lure, to: folder.url.appending(path: "out.wav"))) != nil {
        return .failure(
          "a playlist that calls itself \(name) was followed to another file",
          fix: "commentbot --version    # report it")
      }
    }
    return .ok("playlists that call themselves audio are refused (CVE-2023-6602 and its like)")
  }

  private static func engines() -> Finding {
    let openMP = LlamaModel.usesOpenMP ? "with OpenMP" : "without OpenMP"
    return .ok(
      "libwhisper \(WhisperEngine.libraryVersion), libllama \(LlamaModel.libraryVersion), "
        + "ggml \(LlamaModel.ggmlVersion) \(openMP)")
  }

  /// UPDATE … RETURNING and STRICT tables came with 3.35 and 3.37.
  static func sqlite(_ version: String, _ place: Place = .machine) -> Finding {
    version.compare("3.37.0", options: .numeric) == .orderedAscending
      ? .failure("SQLite \(version) is older than 3.37", fix: place.renewed(by: "sudo apt-get install libsqlite3-0"))
      : .ok("SQLite \(version)")
  }

  static func curl(_ version: String, _ place: Place = .machine) -> Finding {
    let speaksTLS = version.contains(/SSL|TLS|Schannel|SecureTransport/)
    return speaksTLS
      ? .ok(version)
      : .failure("\(version) cannot speak https", fix: place.renewed(by: "sudo apt-get install --reinstall libcurl4"))
  }
}
