import ArgumentParser
import CommentCore
import Foundation

struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Bring the installation back to what a backup holds, or to what it was before that.",
    discussion: """
      The backup is unpacked beside the data and checked first; what is there is then kept aside, until \
      `commentbot cleanup --before-restore --apply`. Nothing else may have the library open meanwhile. Keys that were revoked \
      since the backup stay revoked, unless the library that is there is damaged. A restore that was killed is taken back by \
      the next one, or by --undo.
      """)

  @Argument(help: "A file that `commentbot backup` has made.", completion: .file())
  var file: String?

  @Flag(help: "Do everything but put it in its place; nothing is changed.")
  var check = false

  @Flag(help: "Take the last restore back.")
  var undo = false

  @Flag(
    name: TranscriptionFlags.both("keep_config"),
    help: "Leave data/config and data/prompts as they are, such as in a container, which may not write there.")
  var keepConfig = false

  @OptionGroup var encryption: PassphraseFlags

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (file == nil) == undo else { throw ValidationError("Give the file of a backup, or --undo.") }
    guard !undo || !check else { throw ValidationError("--check needs the file of a backup.") }
  }

  func run() async throws {
    let home = Home.locate()
    var restore = Restore(into: home)
    guard let file else {
      return try tell(
        Line(restored: nil, aside: try await restore.undo()), "what was in \(home.root.path) before is back")
    }
    // Settings that are damaged must not stand in the way of older ones.
    restore.passphrase = try encryption.passphrase(try? await Settings.load(home: home).jobs)
    restore.keepsConfiguration = keepConfig
    let archive = URL(filePath: file)
    if check {
      let manifest = try await restore.check(archive)
      return try tell(Line(restored: manifest, aside: nil), "\(archive.path) is whole: \(Self.text(manifest))")
    }
    let outcome = try await restore.restore(archive)
    try tell(
      Line(restored: outcome.manifest, aside: outcome.aside),
      "restored into \(home.root.path): \(Self.text(outcome.manifest))")
  }

  private func tell(_ line: Line, _ text: String) throws {
    if json { return Console.out(try JSONLine.of(line)) }
    Console.out(text)
    guard let aside = line.aside else { return }
    let place = Place.here(.locate())
    Console.error(
      """
      what was there is kept in the folders \(aside)
        → \(place.typed("commentbot restore --undo"))
        → \(place.typed("commentbot cleanup --before-restore --apply"))
      the first brings it back, the second removes it
      """)
  }

  private static func text(_ manifest: BackupManifest) -> String {
    "\(CountText.of(manifest.files.count, "file")) of \(manifest.created), by version \(manifest.version)"
      + (manifest.hasAudio ? ", with uploaded audio" : "")
  }

  private struct Line: Encodable {
    var files: Int?
    var created, version: String?
    var hasAudio: Bool?
    var aside: String?

    init(restored manifest: BackupManifest?, aside: String?) {
      (files, created, version) = (manifest?.files.count, manifest?.created, manifest?.version)
      (hasAudio, self.aside) = (manifest?.hasAudio, aside)
    }

    enum CodingKeys: String, CodingKey {
      case files, created, version, aside
      case hasAudio = "audio"
    }
  }
}
