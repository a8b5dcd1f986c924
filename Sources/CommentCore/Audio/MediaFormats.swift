import CFFmpeg
import Foundation

/// What FFmpeg may read. A playlist named `x.mp3` would otherwise make it read other files of this machine.
public enum MediaFormats {
  /// Demuxers of audio and video files: each reads one file and opens no other.
  ///
  /// No playlists (hls, dash, concat, imf), no images, no subtitles, no devices.
  static let demuxers = [
    "aa", "aac", "ac3", "adx", "aiff", "amr", "ape", "apm", "asf", "asf_o", "ast", "au", "avi", "caf", "dsf", "dss",
    "dts", "dtshd", "dv", "eac3", "epaf", "flac", "flv", "gsm", "gxf", "hcom", "iff", "ilbc", "ircam", "iss", "kux",
    "live_flv", "loas", "matroska", "mlp", "mmf", "mov", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "mxf", "nistsphere",
    "nsv", "nut", "ogg", "oma", "pva", "pvf", "qcp", "rm", "rso", "shn", "smjpeg", "sox", "spdif", "swf", "tak",
    "truehd", "tta", "voc", "vqf", "w64", "wav", "wsd", "wtv", "wv", "xwma",
  ]
  /// FFmpeg finds the raw formats by their endings alone, which it is never given: they are only ever named.
  static let demuxerList = (demuxers + Set(rawFormats.values.map(\.demuxer)).sorted()).joined(separator: ",")

  /// Up to this score FFmpeg itself would rather look at more of the file (`AVPROBE_SCORE_RETRY`).
  static let guessScore: Int32 = 25

  /// A format that is nothing but samples: no content tells it.
  struct RawFormat {
    var demuxer: String
    /// Where the demuxer's own default is not what such files have; in Hz.
    var sampleRate: Int?
  }

  /// By the endings of file names. A-law and µ-law are telephony's, and so 8 kHz.
  static let rawFormats: [String: RawFormat] = [
    "g722": RawFormat(demuxer: "g722"), "sbc": RawFormat(demuxer: "sbc"), "msbc": RawFormat(demuxer: "sbc"),
    "aptx": RawFormat(demuxer: "aptx"),
    "al": RawFormat(demuxer: "alaw", sampleRate: 8000), "alaw": RawFormat(demuxer: "alaw", sampleRate: 8000),
    "ul": RawFormat(demuxer: "mulaw", sampleRate: 8000), "ulaw": RawFormat(demuxer: "mulaw", sampleRate: 8000),
    "mulaw": RawFormat(demuxer: "mulaw", sampleRate: 8000),
  ]

  /// The endings, in lower case, by which files of raw samples are known.
  public static let rawEndings: Set<String> = Set(rawFormats.keys)

  /// The raw format that the file's ending names; nil for text, which is never samples.
  static func rawFormat(of file: URL, head: [UInt8]) -> RawFormat? {
    looksLikeText(head) ? nil : rawFormats[file.pathExtension.lowercased()]
  }

  /// Every audio decoder and no other: FFmpeg opens video decoders merely to look at a file.
  static let decoderList: String = {
    var names: [String] = []
    var state: UnsafeMutableRawPointer?
    while let codec = av_codec_iterate(&state) {
      if codec.pointee.type == AVMEDIA_TYPE_AUDIO, av_codec_is_decoder(codec) != 0 {
        names.append(String(cString: codec.pointee.name))
      }
    }
    return names.joined(separator: ",")
  }()

  /// Bytes to look at when recognising a format: past an ID3v2 tag (cover pictures) of up to 32 MiB.
  static func probeBytes(head: [UInt8]) -> Int {
    min(ID3v2.length(head[...]) ?? 0, 32 << 20) + (1 << 20)
  }

  /// Why a file that FFmpeg does not recognise as audio or video cannot be decoded.
  static func causeOfRefusal(head: [UInt8], recognisedAs name: String?) -> (cause: String, hint: String) {
    guard looksLikeText(head) else {
      let cause = name.map { "its content is no audio or video file but '\($0)'" }
      return (cause ?? "its content is no audio or video that FFmpeg knows", otherFile)
    }
    let text = String(decoding: head, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    let playlists = ["#extm3u", "ffconcat", "[playlist]", "<asx", "<mpd", "<smil", "<playlist"]
    let isPlaylist =
      playlists.contains { text.hasPrefix($0) }
      || (text.hasPrefix("<?xml") && ["<mpd", "<smil", "<playlist", "<assetmap"].contains { text.contains($0) })
    if isPlaylist {
      return ("it is a playlist, which names other files and holds no audio", "give the audio files themselves")
    }
    return ("it is text, not audio", otherFile)
  }

  private static let otherFile = "give the recording itself: whatever its name, its content must be audio or video"

  /// Whether the bytes are UTF-8 without control characters.
  private static func looksLikeText(_ head: [UInt8]) -> Bool {
    let allowed: Set<UInt8> = [9, 10, 12, 13]
    guard !head.isEmpty, head.allSatisfy({ $0 >= 32 && $0 != 127 || allowed.contains($0) }) else { return false }
    // The last character may be cut.
    return (0...3).contains { cut in String(validating: head.dropLast(cut), as: UTF8.self) != nil }
  }
}

/// The tag that stands in front of mp3 and other files. Source of the format: id3.org, "ID3 tag version 2.4.0", 3.1.
enum ID3v2 {
  /// Length in bytes, header included, of a tag that starts the bytes; nil when none does.
  static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
    let head = Array(bytes.prefix(10))
    guard head.count == 10, head.starts(with: Array("ID3".utf8)), head[3] != 0xFF, head[4] != 0xFF,
      head[6...].allSatisfy({ $0 < 0x80 })
    else { return nil }
    return 10 + head[6...].reduce(0) { $0 << 7 | Int($1) }
  }
}
