import Foundation

/// Reads an archive from its beginning to its end.
struct TarReader {
  private static let mostExtended = 1 << 20
  let source: any ByteSource
  let subject: String

  /// Goes through all files. What `body` leaves of a file is passed over.
  /// - Parameter body: is given the file, and reads its bytes piece by piece, which are empty at its end.
  /// - Throws: what `body` throws; ``CommentBotError`` with code `backupDamaged`, also when the archive has no end.
  func eachFile(_ body: (TarHeader, _ read: () throws -> Data) throws -> Void) throws {
    var records: Data?
    while let header = try TarHeader(block(), subject: subject) {
      switch header.kind {
      case .extended:
        guard header.byteCount <= Self.mostExtended else {
          throw CommentBotError.backupDamaged(subject, "a name is too long")
        }
        records = try exactly(header.byteCount)
        _ = try exactly(TarHeader.padding(header.byteCount).count)
      case .file, .oldFile, .folder, .global:
        var header = header
        if let known = records { header.take(known) }
        records = nil
        var rest = header.byteCount
        func read() throws -> Data {
          let piece = try exactly(min(rest, TarWriter.pieceBytes))
          rest -= piece.count
          return piece
        }
        if header.kind == .file || header.kind == .oldFile { try body(header, read) }
        while try !read().isEmpty {}
        _ = try exactly(TarHeader.padding(header.byteCount).count)
      }
    }
  }

  private func block() throws -> Data { try exactly(TarHeader.blockBytes) }

  private func exactly(_ count: Int) throws -> Data {
    let data = count == 0 ? Data() : try source.read(count)
    guard data.count == count else { throw CommentBotError.backupCutOff(subject) }
    return data
  }
}
