import CFFmpeg
import Foundation

/// Gives back the time that damage takes from files whose timestamps merely count frames: mp3, ADTS AAC and FLAC.
///
/// The demuxer hands out damaged bytes together with the frame before them and counts that as one frame. For mp3 and
/// AAC the bytes tell how many frames there were: exactly at a constant bit rate, else by the mean so far. FLAC frames
/// carry their number.
struct LostFrames {
  private enum Kind { case mpegAudio, adts, flac }
  private let kind: Kind
  /// Frames lost so far; negative where a tag was counted as audio.
  private var lost = 0.0
  private var meanBytes = 0.0
  private var format: UInt32?
  private var lastFormat: UInt32?
  private var frames = 0.0
  /// Position in the file up to which a tag goes.
  private var tagEnd: Int64 = 0
  /// Bytes that the demuxer has read beyond the last packet.
  private var ahead: Int64 = 0
  /// First sample of the first FLAC frame: recordings of radio streams do not start at 0.
  private var firstSample: Int?

  /// - Returns: nil for containers that carry real times.
  init?(container: String) {
    switch container {
    case "mp3": kind = .mpegAudio
    case "aac": kind = .adts
    case "flac": kind = .flac
    default: return nil
    }
  }

  /// Corrects the packet's time.
  /// - Returns: false when the packet is damaged and must not be decoded.
  mutating func correct(_ packet: UnsafeMutablePointer<AVPacket>, of input: borrowing MediaInput) -> Bool {
    if kind == .flac {
      correctFLAC(packet, of: input.stream)
      return true
    }
    let isSound = measure(packet)
    if isSound, kind == .adts {
      countDiscarded(ahead: input.bytesRead - packet.pointee.pos - Int64(packet.pointee.size))
    }
    let shift = Int64((lost * Double(packet.pointee.duration)).rounded())
    for time in [\AVPacket.pts, \AVPacket.dts] where packet.pointee[keyPath: time] != commentbot_no_pts {
      packet.pointee[keyPath: time] += shift
    }
    return isSound
  }

  private mutating func measure(_ packet: UnsafeMutablePointer<AVPacket>) -> Bool {
    let bytes = UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
    let position = packet.pointee.pos
    let header = kind == .adts ? FrameHeader.adts(bytes) : FrameHeader.mpegAudio(bytes)
    guard position >= 0 else { return true }
    if position + 2 < tagEnd { return lose(bytes: max(0, Int(position) + bytes.count - Int(tagEnd))) }
    if let header, bytes.count == header.length, isFamiliar(header.format) {
      // A running mean of about half a minute.
      frames = min(frames + 1, 1000)
      meanBytes += (Double(bytes.count) - meanBytes) / frames
      return true
    }
    let length = min(header?.length ?? 0, bytes.count)
    let tags = FileTags.length(Array(bytes[length...].prefix(4096)))
    if tags > 0 { tagEnd = position + Int64(length + tags) }
    let rest = bytes.count - length - tags
    if length > 0, rest <= 0, header?.format == format {
      av_shrink_packet(packet, Int32(length))
      return true
    }
    return lose(bytes: length + max(0, rest))
  }

  /// Whether a frame has the format of those before it, or a new format for the second time: noise has it once.
  private mutating func isFamiliar(_ newFormat: UInt32) -> Bool {
    defer { lastFormat = newFormat }
    if format == nil || lastFormat == newFormat { format = newFormat }
    return format == newFormat
  }

  /// Takes the packet for so many bytes of frames that cannot be decoded.
  /// - Returns: whether to decode it all the same: nothing is known of the file's frames yet.
  private mutating func lose(bytes: Int) -> Bool {
    guard meanBytes > 0 else { return true }
    lost += Double(bytes) / meanBytes - 1
    return false
  }

  /// The demuxer of ADTS throws damaged bytes away without a word, but how far it has read tells.
  private mutating func countDiscarded(ahead now: Int64) {
    // Less than a frame is a tag, as each part of an HTTP live stream has.
    let discarded = Double(now - ahead)
    if discarded > meanBytes, meanBytes > 0 { lost += discarded / meanBytes }
    ahead = now
  }

  private mutating func correctFLAC(
    _ packet: UnsafeMutablePointer<AVPacket>, of stream: UnsafeMutablePointer<AVStream>
  ) {
    let bytes = UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
    let parameters = stream.pointee.codecpar.pointee
    guard parameters.sample_rate > 0, parameters.extradata_size >= 4, let info = parameters.extradata,
      let sample = FrameHeader.flacSample(bytes, blockSize: Int(info[2]) << 8 | Int(info[3]))
    else { return }
    let first = firstSample ?? sample
    firstSample = first
    let base = stream.pointee.time_base
    let unitsPerTick = Int64(parameters.sample_rate) * Int64(base.num)
    packet.pointee.pts = av_rescale(Int64(sample - first), Int64(base.den), unitsPerTick)
    packet.pointee.dts = packet.pointee.pts
  }
}
