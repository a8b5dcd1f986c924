import CZlib

extension String {
  /// UTF-8 bytes divided by their zlib-compressed size, as openai-whisper's `compression_ratio` has it; 0 for no text.
  var compressionRatio: Double {
    let bytes = Array(utf8)
    guard !bytes.isEmpty else { return 0 }
    var size = compressBound(uLong(bytes.count))
    var compressed = [UInt8](repeating: 0, count: Int(size))
    // The buffer has zlib's own bound, so that only a lack of memory can fail.
    guard compress(&compressed, &size, bytes, uLong(bytes.count)) == Z_OK else { return 0 }
    return Double(bytes.count) / Double(size)
  }
}
