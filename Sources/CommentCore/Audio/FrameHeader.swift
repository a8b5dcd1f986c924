import CFFmpeg

/// Reads the headers of frames in audio files that are nothing but frames.
struct FrameHeader {
  /// Length of the frame in bytes, header included.
  let length: Int
  /// The bits of the header that all frames of a recording share.
  let format: UInt32

  /// The header of an MPEG audio frame; nil when it is none or says no length.
  ///
  /// Source: ISO/IEC 11172-3, 2.4.1.3 and 2.4.2.3; ISO/IEC 13818-3 for the lower sample rates.
  static func mpegAudio(_ bytes: UnsafeBufferPointer<UInt8>) -> FrameHeader? {
    guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
    let version = Int(bytes[1] >> 3 & 3)  // 0 is 2.5, 2 is 2, 3 is 1
    let layer = 4 - Int(bytes[1] >> 1 & 3)
    let rateIndex = Int(bytes[2] >> 2 & 3)
    let bitRateIndex = Int(bytes[2] >> 4)
    guard version != 1, layer < 4, rateIndex < 3, (1...14).contains(bitRateIndex) else { return nil }
    let isMPEG1 = version == 3
    let kilobits = bitRates[isMPEG1 ? layer - 1 : (layer == 1 ? 3 : 4)][bitRateIndex - 1]
    let rate = [44100, 48000, 32000][rateIndex] >> (isMPEG1 ? 0 : (version == 2 ? 1 : 2))
    let padding = Int(bytes[2] >> 1 & 1)
    let format = UInt32(bytes[1] & 0x1E) << 8 | UInt32(bytes[2] & 0x0C)
    if layer == 1 { return FrameHeader(length: (12_000 * kilobits / rate + padding) * 4, format: format) }
    let factor = layer == 3 && !isMPEG1 ? 72_000 : 144_000
    return FrameHeader(length: factor * kilobits / rate + padding, format: format)
  }

  private static let bitRates = [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ]

  /// The ADTS header of an AAC frame. Source: ISO/IEC 13818-7, 6.2.
  static func adts(_ bytes: UnsafeBufferPointer<UInt8>) -> FrameHeader? {
    guard bytes.count >= 7, bytes[0] == 0xFF, bytes[1] & 0xF6 == 0xF0 else { return nil }
    let length = Int(bytes[3] & 3) << 11 | Int(bytes[4]) << 3 | Int(bytes[5] >> 5)
    let format = UInt32(bytes[1] & 0x08) << 16 | UInt32(bytes[2] & 0xFD) << 8 | UInt32(bytes[3] & 0xC0)
    return length >= 7 ? FrameHeader(length: length, format: format) : nil
  }

  /// Number of a FLAC frame's first sample; nil when the header is damaged. Source: RFC 9639, 9.1.
  /// - Parameter blockSize: samples in each frame of a stream with frames of one size.
  static func flacSample(_ bytes: UnsafeBufferPointer<UInt8>, blockSize: Int) -> Int? {
    guard bytes.count >= 16, bytes[0] == 0xFF, bytes[1] & 0xFE == 0xF8, let first = codedLength(bytes[4]) else {
      return nil
    }
    var number = first.bits
    for byte in bytes[5..<4 + first.length] {
      guard byte & 0xC0 == 0x80 else { return nil }
      number = number << 6 | Int(byte & 0x3F)
    }
    let sizeBytes = [6: 1, 7: 2][bytes[2] >> 4] ?? 0
    let rateBytes = [12: 1, 13: 2, 14: 2][bytes[2] & 15] ?? 0
    let checked = 4 + first.length + sizeBytes + rateBytes + 1
    guard checked <= bytes.count,
      av_crc(av_crc_get_table(AV_CRC_8_ATM), 0, bytes.baseAddress, checked) == 0
    else { return nil }
    return bytes[1] & 1 == 1 ? number : number * blockSize
  }

  /// The first byte of a number coded as UTF-8 codes characters, up to 36 bits: bytes in all, and its own bits.
  private static func codedLength(_ byte: UInt8) -> (length: Int, bits: Int)? {
    let ones = (~byte).leadingZeroBitCount
    switch ones {
    case 0: return (1, Int(byte))
    case 2...7: return (ones, Int(byte & (0x7F >> UInt8(ones))))
    default: return nil
    }
  }
}

/// Tags between and behind the frames of mp3 and AAC files, as in files joined by `cat`.
enum FileTags {
  /// Length in bytes of the tags that start the bytes, which need not hold them whole.
  static func length(_ bytes: [UInt8]) -> Int {
    var total = 0
    while total < bytes.count, let length = tagLength(bytes[total...]) { total += length }
    return total
  }

  private static func tagLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    if bytes.starts(with: Array("TAG".utf8)) { return 128 }
    if bytes.starts(with: Array("APETAGEX".utf8)), bytes.count >= 32 {
      let size = bytes.dropFirst(12).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      return 32 + size
    }
    return ID3v2.length(bytes)
  }
}
