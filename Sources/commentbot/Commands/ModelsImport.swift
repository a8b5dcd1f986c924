import ArgumentParser
import CommentCore
import Foundation

struct ModelsImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take over a model that is on this machine.",
    discussion: """
      PATH is a ggml file of whisper.cpp, a GGUF file of llama.cpp, or a folder with a Whisper model in CTranslate2's \
      format (model.bin and vocabulary.json or .txt), which is converted. The original stays where it is.
      """)

  @Argument(help: "File or folder.", completion: .file()) var path: String
  @Option(help: "Name to use it by; taken from the path when not given.") var name: String?

  func run() async throws {
    let path = URL(filePath: path)
    let importer = ModelImporter(store: .current, convert: ModelTools.convert, check: ModelTools.check)
    let file = try await Blocking.run { [name] in try importer.importModel(at: path, name: name) }
    Console.out("✓ \(file.name): \(TimeText.bytes(file.byteCount)): \(file.url.path)")
    if file.kind == .whisper { Console.out("  use it with: commentbot process FILE --model \(file.name)") }
  }
}
