import CCurl
import CFFmpeg

/// Versions of the C libraries that are linked, as they name themselves.
public enum LibraryVersions {
  /// FFmpeg's own version, such as `5.1.9-0+deb12u1`.
  public static var ffmpeg: String { String(cString: av_version_info()) }

  /// libcurl with its companions, such as `libcurl/7.88.1 OpenSSL/3.0.17`.
  public static var curl: String { String(cString: curl_version()) }
}
