import CZlib

extension String {
  /// Whether one word stands there five times in a row: a loop too short to show in ``compressionRatio``.
  var hasRunOfOneWord: Bool {
    var run = 1
    let words = split(separator: " ")
    for (word, next) in zip(words, words.dropFirst()) {
      run = word == next ? run + 1 : 1
      if run == 5 { return true }
    }
    return false
  }

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
