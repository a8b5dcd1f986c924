import CFFmpeg

/// Turns frames of any rate, channels and sample format into 16 kHz mono 16-bit samples with FFmpeg's default filter:
/// the mix of all channels, or one of them.
///
/// Owns libswresample's context and a buffer. A change of format in the middle makes a new context.
struct Resampler: ~Copyable {
  private struct Format: Equatable {
    var rate: Int32
    var sampleFormat: Int32
    var channels: Int32
    /// FFmpeg's bits for the speakers; 0 when the file does not name them.
    var speakers: UInt64
  }

  private var context: OpaquePointer?
  private var format: Format?
  private var buffer = UnsafeMutableBufferPointer<Int16>.allocate(capacity: 1 << 16)
  private let channel: Int?

  /// - Parameter channel: the only one to be heard, from 0; nil mixes all. Frames that have fewer give silence.
  init(channel: Int? = nil) {
    self.channel = channel
  }

  deinit {
    var context = context
    swr_free(&context)
    buffer.deallocate()
  }

  /// Samples at 16 kHz that went in and have not come out yet.
  var delay: Int {
    context.map { Int(swr_get_delay($0, Int64(AudioSamples.sampleRate))) } ?? 0
  }

  /// Whether the frame needs another context: call ``finish(_:)`` before ``convert(_:_:)`` or lose a millisecond.
  func isNewFormat(_ frame: UnsafeMutablePointer<AVFrame>) -> Bool {
    format != Self.format(of: frame)
  }

  /// Feeds the frame and hands over what is ready, valid during the call only.
  /// - Returns: false when FFmpeg cannot convert such samples.
  mutating func convert(
    _ frame: UnsafeMutablePointer<AVFrame>, _ body: (UnsafeBufferPointer<Int16>) throws -> Void
  ) throws -> Bool {
    if context == nil || isNewFormat(frame) {
      guard configure(for: frame) else { return false }
    }
    let count = frame.pointee.nb_samples
    let converted = frame.pointee.extended_data.withMemoryRebound(
      to: UnsafePointer<UInt8>?.self, capacity: Int(frame.pointee.ch_layout.nb_channels)
    ) { pull(count, from: $0) }
    guard converted >= 0 else { return false }
    try body(UnsafeBufferPointer(rebasing: buffer[..<converted]))
    return true
  }

  /// Hands over what the filter still holds; the next frame starts afresh.
  mutating func finish(_ body: (UnsafeBufferPointer<Int16>) throws -> Void) throws {
    guard context != nil else { return }
    let converted = pull(0, from: nil)
    swr_free(&context)
    format = nil
    if converted > 0 { try body(UnsafeBufferPointer(rebasing: buffer[..<converted])) }
  }

  // MARK: - Conversion

  /// - Returns: samples now in the buffer, or a negative number.
  private mutating func pull(_ count: Int32, from planes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?) -> Int {
    let room = Int(swr_get_out_samples(context, count))
    if room > buffer.count {
      buffer.deallocate()
      buffer = .allocate(capacity: room)
    }
    let capacity = Int32(buffer.count)
    var output = UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: UInt8.self)
    return Int(swr_convert(context, &output, capacity, planes, count))
  }

  private mutating func configure(for frame: UnsafeMutablePointer<AVFrame>) -> Bool {
    swr_free(&context)
    format = nil
    var layout = frame.pointee.ch_layout
    if layout.order == AV_CHANNEL_ORDER_UNSPEC { av_channel_layout_default(&layout, layout.nb_channels) }
    let count = Int(layout.nb_channels)
    let isReady =
      if let channel {
        start(frame, layout, weights: (0..<count).map { $0 == channel ? 1 : 0 })
      } else {
        // Layouts that FFmpeg has no rule for, such as 24 microphones, are mixed in equal parts.
        start(frame, layout) || start(frame, layout, weights: Array(repeating: 1 / Double(count), count: count))
      }
    guard isReady else {
      swr_free(&context)
      return false
    }
    format = Self.format(of: frame)
    return true
  }

  private mutating func start(
    _ frame: UnsafeMutablePointer<AVFrame>, _ layout: AVChannelLayout, weights: [Double]? = nil
  ) -> Bool {
    swr_free(&context)
    var mono = AVChannelLayout()
    av_channel_layout_default(&mono, 1)
    var layout = layout
    let rate = Int32(AudioSamples.sampleRate)
    let result = swr_alloc_set_opts2(
      &context, &mono, AV_SAMPLE_FMT_S16, rate, &layout, AVSampleFormat(frame.pointee.format),
      frame.pointee.sample_rate, 0, nil)
    guard result >= 0 else { return false }
    if let weights, swr_set_matrix(context, weights, layout.nb_channels) < 0 { return false }
    return swr_init(context) >= 0
  }

  private static func format(of frame: UnsafeMutablePointer<AVFrame>) -> Format {
    let layout = frame.pointee.ch_layout
    return Format(
      rate: frame.pointee.sample_rate, sampleFormat: frame.pointee.format, channels: layout.nb_channels,
      speakers: layout.order == AV_CHANNEL_ORDER_NATIVE ? layout.u.mask : 0)
  }
}
