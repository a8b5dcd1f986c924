public import Foundation

/// A temporary folder that lives as long as this object; `COMMENTBOT_KEEP_SCRATCH=1` keeps it for a look.
public final class Scratch: Sendable {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "commentbot-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    if ProcessInfo.processInfo.environment["COMMENTBOT_KEEP_SCRATCH"] == nil {
      try? FileManager.default.removeItem(at: url)
    }
  }

  public func path(_ name: String) -> String { url.appending(path: name).path }

  /// Makes the folder an installation whose models are the package's own.
  public func makeHome() throws {
    let files = FileManager.default
    try files.createDirectory(at: url.appending(path: "bd"), withIntermediateDirectories: true)
    try files.createDirectory(at: url.appending(path: "data"), withIntermediateDirectories: true)
    try files.createSymbolicLink(
      at: url.appending(path: "data/models"), withDestinationURL: Package.root.appending(path: "data/models"))
  }
}

/// The package under test.
public enum Package {
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
