public import Foundation

extension URL {
  /// The file or folder itself, or the nearest folder above it that is there.
  public var nearestThatExists: URL {
    var url = self
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    return url
  }
}
