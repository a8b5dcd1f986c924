import CommentCore
import Foundation

/// Commands that mend files and folders.
enum Mending {
  /// The command that lets this user write the file or folder, by what stands against it.
  static func command(_ url: URL, _ error: CommentBotError, in home: Home) -> String {
    if error.code == .diskFull { return makingRoom(home) }
    let place = existing(url)
    let file = place.resolvingSymlinksInPath().path
    guard let facts = try? FileManager.default.attributesOfItem(atPath: file) else { return elsewhere }
    if place != home.database, facts[.type] as? FileAttributeType != .typeDirectory { return moving(place, "old") }
    // What lies above the installation is not ours to change.
    let isInside = (place.path + "/").hasPrefix(home.root.path + "/")
    guard isInside, access(place.path, W_OK) != 0, errno != EROFS else { return elsewhere }
    let path = place.path.shellQuoted
    let owner = (facts[.ownerAccountID] as? NSNumber)?.uint32Value
    return owner == geteuid() ? "chmod -R u+rwX \(path)" : "sudo chown -R \"$(id -un)\" \(path)"
  }

  static var elsewhere: String { "export COMMENTBOT_HOME=FOLDER    # one that this user can write" }

  /// The cache's audio can be decoded again; without it, only another disk has room.
  static func makingRoom(_ home: Home) -> String {
    let files = FileManager.default.enumerator(atPath: home.audioCache.path)?.allObjects as? [String] ?? []
    if files.contains(where: { $0.hasSuffix(".wav") }) { return "commentbot cache --clear" }
    return "export COMMENTBOT_HOME=FOLDER    # one on a disk with more room"
  }

  static func moving(_ url: URL, _ ending: String) -> String {
    "mv \(url.path.shellQuoted) \((url.path + "." + ending).shellQuoted)"
  }

  /// The thing itself or the nearest folder above it that is there.
  static func existing(_ url: URL) -> URL {
    var url = url
    while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
    return url
  }
}
