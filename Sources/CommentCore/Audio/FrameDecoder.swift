import CFFmpeg
import Foundation

/// Turns packets into frames of samples. Owns FFmpeg's codec context and one frame.
struct FrameDecoder: ~Copyable {
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let frame: UnsafeMutablePointer<AVFrame>

  /// - Throws: ``CommentBotError`` with code `unreadableAudio` when this FFmpeg has no decoder for the stream, or the
  ///   stream is beyond the limits.
  init(_ input: borrowing MediaInput, limits: DecodeLimits) throws {
    let path = input.file.path
    let parameters = input.stream.pointee.codecpar
    let name = input.codecName
    guard let parameters, let codec = avcodec_find_decoder(parameters.pointee.codec_id) else {
      throw CommentBotError(
        .unreadableAudio, "decode", path, cause: "this machine's FFmpeg has no decoder for its audio format '\(name)'",
        hint: "convert it first, with another program, to a format such as flac or mp3")
    }
    var context = avcodec_alloc_context3(codec)
    guard let opened = context else {
      throw CommentBotError(.io, "decode", path, cause: "memory is exhausted")
    }
    let isReady = avcodec_parameters_to_context(opened, parameters) >= 0
    // Without the time base the decoder cannot trim the encoder's padding.
    opened.pointee.pkt_timebase = input.stream.pointee.time_base
    opened.pointee.thread_count = 0
    // FLAC frames carry a checksum: silence instead of the noise that damaged ones decode to.
    if name == "flac" { opened.pointee.err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE }
    let channels = Int(opened.pointee.ch_layout.nb_channels)
    guard isReady, channels <= limits.maxChannels, avcodec_open2(opened, codec, nil) >= 0 else {
      avcodec_free_context(&context)
      let cause =
        channels > limits.maxChannels
        ? "it has \(channels) channels, more than the \(limits.maxChannels) that can be mixed"
        : "the header of its '\(name)' audio is damaged"
      throw CommentBotError(.unreadableAudio, "decode", path, cause: cause)
    }
    guard let frame = av_frame_alloc() else {
      avcodec_free_context(&context)
      throw CommentBotError(.io, "decode", path, cause: "memory is exhausted")
    }
    self.context = opened
    self.frame = frame
  }

  deinit {
    var frame: UnsafeMutablePointer<AVFrame>? = frame
    av_frame_free(&frame)
    var context: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&context)
  }

  /// More than a decoder with a thread for each core keeps to itself.
  private static let framesInside = 256

  /// Decodes one packet, or with nil what the decoder still holds at the end, and hands over each frame.
  ///
  /// A damaged packet gives no frame.
  func decode(
    _ packet: UnsafeMutablePointer<AVPacket>?, _ body: (UnsafeMutablePointer<AVFrame>) throws -> Void
  ) rethrows {
    // The result tells of damage only, or that the decoder is flushed already.
    _ = avcodec_send_packet(context, packet)
    var failures = 0
    while failures < Self.framesInside {
      let result = avcodec_receive_frame(context, frame)
      if result == -EAGAIN || result == commentbot_averror_eof { break }
      // A decoder of several threads has sound frames behind a damaged one.
      guard result >= 0 else {
        failures += 1
        continue
      }
      defer { av_frame_unref(frame) }
      try body(frame)
    }
  }
}
