import CFFmpeg
import Foundation

extension MediaInput {
  /// FFmpeg's name of the audio's codec, such as `mp3`, whichever decoder decodes it.
  var codecName: String { String(cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id)) }

  /// Seconds that one unit of the stream's timestamps lasts.
  var secondsPerTick: Double {
    let base = stream.pointee.time_base
    return Double(base.num) / Double(base.den)
  }

  /// When the file starts, in seconds of its own timestamps: the earliest stream, which may be the video.
  ///
  /// Times below 0 are the encoder's padding, which is not played.
  var startTime: Double? {
    let start = context.pointee.start_time
    return start == commentbot_no_pts ? nil : max(0, Double(start) / Double(AV_TIME_BASE))
  }

  /// Seconds of audio that the file's header declares; nil when it declares none or FFmpeg guesses from the bit rate.
  var declaredDuration: Double? {
    guard context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM else { return nil }
    let ticks = stream.pointee.duration
    if ticks != commentbot_no_pts, ticks > 0 { return Double(ticks) * secondsPerTick }
    let total = context.pointee.duration
    // The whole file's length is the audio's only where nothing else could be longer.
    guard total != commentbot_no_pts, total > 0, context.pointee.nb_streams == 1 else { return nil }
    return Double(total) / Double(AV_TIME_BASE)
  }

  /// Seconds that a WAV file lacks of what its header promises, by those that were decoded from what it has.
  func cutSeconds(decoded seconds: Double) -> Double {
    let held = avio_size(context.pointee.pb)
    guard let promisedBytes, held > 0, promisedBytes > held else { return 0 }
    return seconds * Double(promisedBytes - held) / Double(held)
  }

  /// Channels of the audio; at least 1.
  var channelCount: Int { max(1, Int(stream.pointee.codecpar.pointee.ch_layout.nb_channels)) }

  /// Position in the file up to which it has been read.
  var bytesRead: Int64 { avio_tell(context.pointee.pb) }

  /// Seconds to expect, good enough for progress; nil when unknown.
  var expectedDuration: Double? {
    if let declared = declaredDuration { return declared }
    let total = context.pointee.duration
    return total == commentbot_no_pts || total <= 0 ? nil : Double(total) / Double(AV_TIME_BASE)
  }

  /// Whether the timestamps of this format may start anew in the middle, as in joined MPEG transport streams.
  var mayRestartTime: Bool {
    context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0
  }

  /// Tags of the file and of the audio stream, with lower-case names; those above 4 KiB (lyrics, pictures) are left
  /// out.
  var tags: [String: String] {
    var tags: [String: String] = [:]
    for dictionary in [stream.pointee.metadata, context.pointee.metadata] {
      var entry: UnsafeMutablePointer<AVDictionaryEntry>?
      while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX), tags.count < 100 {
        entry = next
        let value = String(cString: next.pointee.value)
        if value.utf8.count <= 4096 { tags[String(cString: next.pointee.key).lowercased()] = value }
      }
    }
    return tags
  }
}
