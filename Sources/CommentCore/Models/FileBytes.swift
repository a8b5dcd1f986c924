import Foundation

/// Facts about files that models are told apart by.
enum FileBytes {
  struct Stamp: Equatable {
    /// Size in bytes.
    var byteCount: Int
    /// Time of the last change in milliseconds since 1970.
    var modified: Int
  }

  /// Size and time of a regular file (links are followed), or nil when there is none.
  static func stamp(of url: URL) -> Stamp? {
    var info = stat()
    guard stat(url.path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    #if os(Linux)
      let time = info.st_mtim
    #else
      let time = info.st_mtimespec
    #endif
    return Stamp(byteCount: Int(info.st_size), modified: Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000)
  }

  /// The first bytes of the file, fewer when it is shorter.
  static func head(of url: URL, count: Int) throws -> Data {
    Data(try InputFile.head(url, count: count, operation: "read"))
  }
}
