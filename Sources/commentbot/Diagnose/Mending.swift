import CommentCore
import Foundation

/// Commands that mend files and folders.
enum Mending {
  /// The command that lets this user write the file or folder, by what stands against it.
  static func command(_ url: URL, _ error: CommentBotError, in diagnosis: Diagnosis) -> String {
    let (home, at) = (diagnosis.home, diagnosis.place)
    if error.code == .diskFull { return makingRoom(diagnosis) }
    let place = url.nearestThatExists
    let file = place.resolvingSymlinksInPath().path
    guard let facts = try? FileManager.default.attributesOfItem(atPath: file) else { return at.mounted(url) }
    if place != home.database, facts[.type] as? FileAttributeType != .typeDirectory { return moving(place, "old", at) }
    // What lies above the installation is not ours to change.
    let isInside = (place.path + "/").hasPrefix(home.root.path + "/")
    guard isInside, access(place.path, W_OK) != 0, errno != EROFS else { return at.mounted(url) }
    let owner = (facts[.ownerAccountID] as? NSNumber)?.uint32Value
    return owner == geteuid() ? at.outside("chmod -R u+rwX \(at.path(place))") : at.owned(place)
  }

  /// The cache's audio can be decoded again; without it, only another disk has room.
  static func makingRoom(_ diagnosis: Diagnosis) -> String {
    let files = FileManager.default.enumerator(atPath: diagnosis.home.audioCache.path)?.allObjects as? [String] ?? []
    if files.contains(where: { $0.hasSuffix(".wav") }) { return "commentbot cache --clear" }
    return switch diagnosis.place {
    case .machine: "export COMMENTBOT_HOME=FOLDER    # one on a disk with more room"
    case .unit: "commentbot cleanup --transcripts    # shows what else could go"
    case .image: "docker system df    # on the host, whose disk it is; docker image prune frees old images"
    }
  }

  static func moving(_ url: URL, _ ending: String, _ place: Place) -> String {
    place.outside("mv \(place.path(url)) \(place.path(URL(filePath: url.path + "." + ending)))")
  }
}
