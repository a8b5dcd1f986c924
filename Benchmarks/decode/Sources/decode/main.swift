import CommentCore
import Foundation

// decode INPUT OUTPUT.wav: what the audio-cache does with a new file.
// decode --digest INPUT: what identifies the file before that.
let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  FileHandle.standardError.write(Data("usage: decode INPUT OUTPUT.wav | decode --digest INPUT\n".utf8))
  exit(64)
}
do {
  if arguments[1] == "--digest" {
    print(try FileDigest.sha256(of: URL(filePath: arguments[2])).hex)
  } else {
    let facts = try AudioDecoder().decode(URL(filePath: arguments[1]), to: URL(filePath: arguments[2]))
    print("\(facts.container) \(facts.codec) \(facts.duration) s, filled \(facts.filledSeconds) s")
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
