import ArgumentParser
import CommentCore
import Foundation

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the library, the results, the kinds of comments and the settings file into one file.",
    discussion: """
      It may be made beside a running service. The file is an archive that `tar` reads, and with a passphrase one that `age` \
      decrypts first. Models and decoded audio are not in it, and neither are secrets in files of their own. \
      `commentbot restore FILE --check` tries it.
      """)

  @Argument(
    help: "A folder, which gets a file named by the time; or a file, whose name ends in .tar or .age.",
    completion: .file())
  var place: String

  @Option(help: "Then remove all backups in the folder but the newest so many.")
  var keep: Int?

  @Flag(help: "Put uploaded audio in too, which jobs need that are not done yet.")
  var audio = false

  @OptionGroup var encryption: PassphraseFlags

  @Flag(help: "Print JSON.")
  var json = false

  private var isFile: Bool { place.hasSuffix(".tar") || place.hasSuffix(".age") }

  func validate() throws {
    guard keep ?? 1 > 0 else { throw ValidationError("--keep must be above 0.") }
    guard keep == nil || !isFile else { throw ValidationError("--keep needs a folder, and \(place) names a file.") }
  }

  func run() async throws {
    let home = Home.locate()
    let settings = try await Settings.load(home: home).jobs
    let library = try await Composition.existingLibrary(at: home)
    var backup = Backup(of: home, library, version: CommentBot.configuration.version)
    backup.includesAudio = audio || settings.backupsHaveAudio
    backup.passphrase = try encryption.passphrase(settings)
    let url = URL(filePath: place)
    var removed: [URL] = []
    let made: Backup.Outcome
    if isFile {
      try requireNew(url, isEncrypted: backup.passphrase != nil)
      made = try await backup.write(to: url)
    } else {
      (made, removed) = try await BackupFolder(url).add(backup, keeping: keep)
    }
    if json { return Console.out(try JSONLine.of(Line(made, isEncrypted: backup.passphrase != nil, removed))) }
    Console.out(made.file.path)
    Console.error(Self.text(made, removed))
  }

  private func requireNew(_ url: URL, isEncrypted: Bool) throws {
    if FileManager.default.fileExists(atPath: url.path) {
      throw CommentBotError(
        .conflict, "write", url.path, cause: "it is there already", hint: "give another name, or a folder")
    }
    guard isEncrypted == place.hasSuffix(".age") else {
      throw CommentBotError(
        .usage, "write", url.path,
        cause: isEncrypted
          ? "an encrypted backup ends in .age" : "there is no passphrase, and .age is for encrypted ones",
        hint: isEncrypted ? "commentbot backup \((place + ".age").shellQuoted)" : "--passphrase-file FILE")
    }
  }

  private static func text(_ made: Backup.Outcome, _ removed: [URL]) -> String {
    var lines = ["\(CountText.of(made.manifest.files.count, "file")), \(TimeText.bytes(made.byteCount))"]
    if made.audioLeftOut > 0 {
      lines.append("uploaded audio is not in it, \(TimeText.bytes(made.audioLeftOut)); --audio takes it too")
    }
    if let first = made.passedOver.first {
      lines.append("\(CountText.of(made.passedOver.count, "thing")) passed over that is no file, such as \(first)")
    }
    if !removed.isEmpty { lines.append("removed \(removed.map(\.lastPathComponent).joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  private struct Line: Encodable {
    var file: String
    var bytes, files: Int
    var encrypted: Bool
    var removed: [String]

    init(_ made: Backup.Outcome, isEncrypted: Bool, _ removed: [URL]) {
      (file, bytes, files) = (made.file.path, made.byteCount, made.manifest.files.count)
      (encrypted, self.removed) = (isEncrypted, removed.map(\.path))
    }
  }
}
