/// The first bytes of a WAV file. FFmpeg takes a cut one for a shorter one; the header tells how long it was to be.
///
/// Source of the format: "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991);
/// RF64: EBU Tech 3306.
enum RIFFHeader {
  /// Sizes from here on stand for "not known": programs that write into a pipe leave them.
  private static let unknown: UInt64 = 0x7FFF_0000

  /// Bytes that the whole file should have; nil when the header does not say.
  static func fileSize(_ head: [UInt8]) -> Int64? {
    let name = head.prefix(4)
    if name.elementsEqual("RIFF".utf8), let size = number(head, at: 4, bytes: 4) {
      return size > 0 && size < unknown ? Int64(size) + 8 : nil
    }
    // The real size stands in the first chunk, "ds64".
    if name.elementsEqual("RF64".utf8), head.dropFirst(12).prefix(4).elementsEqual("ds64".utf8),
      let size = number(head, at: 20, bytes: 8)
    {
      return size > 0 && size < UInt64(Int64.max) - 8 ? Int64(size) + 8 : nil
    }
    return nil
  }

  /// Little-endian; nil beyond the end.
  private static func number(_ head: [UInt8], at offset: Int, bytes: Int) -> UInt64? {
    guard head.count >= offset + bytes else { return nil }
    return head[offset..<offset + bytes].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
