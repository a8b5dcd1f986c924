import CFFmpeg
import Foundation

/// An opened audio or video file of which only the best audio stream is read.
///
/// Owns FFmpeg's I/O context, format context and packet; they live until deinit.
struct MediaInput: ~Copyable {
  let file: URL
  let container: String
  /// Bytes that the header of a WAV file promises; nil where it promises none.
  let promisedBytes: Int64?
  let context: UnsafeMutablePointer<AVFormatContext>
  let stream: UnsafeMutablePointer<AVStream>
  private let io: UnsafeMutablePointer<AVIOContext>
  private let packet: UnsafeMutablePointer<AVPacket>

  /// - Throws: ``CommentBotError`` with code `unreadableAudio`, `inputMissing`, `permission` or `io`.
  init(_ file: URL) throws {
    Self.silenceLog
    let head = try InputFile.head(file, count: 4096, operation: "decode")
    guard !head.isEmpty else {
      throw CommentBotError(.unreadableAudio, "decode", file.path, cause: "the file is empty", hint: Self.copyAgain)
    }

    let io = try Self.openFile(file)
    do {
      let format = try Self.recognise(io, head: head, file)
      let (context, stream) = try Self.openFormat(format, io, head: head, file)
      guard let packet = av_packet_alloc() else {
        var closing: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&closing)
        throw CommentBotError(.io, "decode", file.path, cause: "memory is exhausted")
      }
      self.file = file
      container = String(cString: format.pointee.name)
      promisedBytes = container == "wav" ? RIFFHeader.fileSize(head) : nil
      self.context = context
      self.stream = stream
      self.io = io
      self.packet = packet
    } catch {
      var closing: UnsafeMutablePointer<AVIOContext>? = io
      avio_closep(&closing)
      throw error
    }
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
    var context: UnsafeMutablePointer<AVFormatContext>? = context
    avformat_close_input(&context)
    // FFmpeg leaves an I/O context that it did not open itself.
    var io: UnsafeMutablePointer<AVIOContext>? = io
    avio_closep(&io)
  }

  /// The next packet of the audio stream, valid until the next call; nil at the end.
  ///
  /// Damage is skipped as far as the demuxer can; what it loses shows in the presentation times.
  /// - Throws: ``CommentBotError`` with code `io` when the disk cannot be read.
  func nextPacket() throws -> UnsafeMutablePointer<AVPacket>? {
    av_packet_unref(packet)
    var failures = 0
    while true {
      let result = av_read_frame(context, packet)
      if result >= 0 {
        if packet.pointee.stream_index == stream.pointee.index { return packet }
        av_packet_unref(packet)
        continue
      }
      // Demuxers may take a failing disk for the end of the file; the I/O context knows.
      let failure = io.pointee.error
      if failure < 0, failure != commentbot_averror_eof { throw InputFile.failure(-failure, "read", file) }
      failures += 1
      // Some demuxers repeat the same error for ever at the end of a cut file.
      if result == commentbot_averror_eof || failures == 100 || avio_feof(io) != 0 { return nil }
    }
  }

  // MARK: - Opening

  /// The libraries write to standard error otherwise; what matters of it is in the errors thrown.
  private static let silenceLog: Void = av_log_set_level(AV_LOG_QUIET)

  private static func openFile(_ file: URL) throws -> UnsafeMutablePointer<AVIOContext> {
    // "file:" and an absolute path, or a name such as "concat:a|b" would be taken for a protocol.
    let address = "file:" + file.absoluteURL.path
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    var io: UnsafeMutablePointer<AVIOContext>?
    let result = avio_open2(&io, address, AVIO_FLAG_READ, nil, &options)
    guard result >= 0, let io else { throw InputFile.failure(-result, "decode", file) }
    return io
  }

  private static func recognise(
    _ io: UnsafeMutablePointer<AVIOContext>, head: [UInt8], _ file: URL
  ) throws -> UnsafePointer<AVInputFormat> {
    var format: UnsafePointer<AVInputFormat>?
    // Without a name: the content decides, and the ending only where the content says nothing.
    let result = av_probe_input_buffer2(io, &format, nil, nil, 0, UInt32(MediaFormats.probeBytes(head: head)))
    if result == -EIO { throw InputFile.failure(EIO, "read", file) }
    // The score of a guess: samples may look like a few frames of something else.
    if result <= MediaFormats.guessScore, let raw = MediaFormats.rawFormat(of: file, head: head),
      let format = av_find_input_format(raw.demuxer)
    {
      return format
    }
    if result >= 0, let format, av_match_list(format.pointee.name, MediaFormats.demuxerList, 0x2C) > 0 { return format }
    let name = result >= 0 ? format.map { String(cString: $0.pointee.name) } : nil
    let (cause, hint) = MediaFormats.causeOfRefusal(head: head, recognisedAs: name)
    throw CommentBotError(.unreadableAudio, "decode", file.path, cause: cause, hint: hint)
  }

  private static func openFormat(
    _ format: UnsafePointer<AVInputFormat>, _ io: UnsafeMutablePointer<AVIOContext>, head: [UInt8], _ file: URL
  ) throws -> (UnsafeMutablePointer<AVFormatContext>, UnsafeMutablePointer<AVStream>) {
    var context = avformat_alloc_context()
    context?.pointee.pb = io
    // A demuxer that asks for a second file gets none.
    context?.pointee.io_open = { _, _, _, _, _ in -EACCES }
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    av_dict_set(&options, "format_whitelist", MediaFormats.demuxerList, 0)
    av_dict_set(&options, "codec_whitelist", MediaFormats.decoderList, 0)
    if let rate = MediaFormats.rawFormat(of: file, head: head)?.sampleRate,
      ["alaw", "mulaw"].contains(String(cString: format.pointee.name))
    {
      av_dict_set(&options, "sample_rate", String(rate), 0)
    }
    guard avformat_open_input(&context, nil, format, &options) >= 0, let opened = context else {
      throw damaged(format, head: head, file)
    }
    do {
      guard avformat_find_stream_info(opened, nil) >= 0 else { throw damaged(format, head: head, file) }
      let index = av_find_best_stream(opened, AVMEDIA_TYPE_AUDIO, -1, -1, nil, 0)
      guard index >= 0 else {
        throw CommentBotError(
          .unreadableAudio, "decode", file.path, cause: "it holds no audio, only other tracks",
          hint: "give the file that has the sound")
      }
      for other in 0..<Int(opened.pointee.nb_streams) where other != Int(index) {
        opened.pointee.streams[other]?.pointee.discard = AVDISCARD_ALL
      }
      guard let stream = opened.pointee.streams[Int(index)] else { throw damaged(format, head: head, file) }
      return (opened, stream)
    } catch {
      avformat_close_input(&context)
      throw error
    }
  }

  /// What mends a file that is not whole.
  static let copyAgain = "download, copy or record the file again"

  /// The format was recognised but its header cannot be used.
  private static func damaged(_ format: UnsafePointer<AVInputFormat>, head: [UInt8], _ file: URL) -> CommentBotError {
    let name = String(cString: format.pointee.name)
    var cause = "the file is damaged or incomplete: its '\(name)' header cannot be read"
    if name.hasPrefix("mov,") {
      cause = "the file is incomplete: the index that stands at its end ('moov') is missing"
    } else if name == "wav", head.count >= 28, head[24..<28].allSatisfy({ $0 == 0 }) {
      cause = "its header says a sample rate of 0 Hz"
    }
    return CommentBotError(
      .unreadableAudio, "decode", file.path, cause: cause, hint: copyAgain)
  }
}
