import Crypto
import Foundation

/// Writes an archive that every `tar` reads, file by file, with no more of a file in memory than a piece.
struct TarWriter {
  static let pieceBytes = 65_536
  let sink: any ByteSink

  /// - Returns: the SHA-256 of the file's bytes, in hexadecimal digits.
  /// - Throws: ``CommentBotError``, also when the file has become shorter meanwhile; `CancellationError` when `stop` is
  ///   set.
  func add(_ file: FileSource, path: String, stop: StopFlag) throws -> String {
    try sink.append(
      TarHeader(path: path, byteCount: file.byteCount, mode: file.mode, modified: file.modified).blocks)
    var hash = SHA256()
    var rest = file.byteCount
    while rest > 0 {
      if stop.isSet { throw CancellationError() }
      let piece = try file.read(min(rest, Self.pieceBytes))
      guard !piece.isEmpty else {
        throw CommentBotError(.io, "back up", path, cause: "it was cut while it was read", hint: "try again")
      }
      hash.update(data: piece)
      try sink.append(piece)
      rest -= piece.count
    }
    try sink.append(TarHeader.padding(file.byteCount))
    return hash.finalize().hexadecimal
  }

  func add(_ data: Data, path: String, modified: Date) throws {
    try sink.append(TarHeader(path: path, byteCount: data.count, modified: modified).blocks)
    try sink.append(data + TarHeader.padding(data.count))
  }

  /// Two blocks of zeros are the end.
  func finish() throws { try sink.append(Data(count: 2 * TarHeader.blockBytes)) }
}
