import CommentCore
import Foundation

/// openai-whisper's `--clip_timestamps`: `start,end,start,end,…` in seconds.
enum ClipTimestamps {
  /// - Returns: nil when it is all of the audio.
  /// - Throws: ``CommentBotError`` with code `usage` when the list is malformed.
  static func parse(_ text: String) throws -> [Double]? {
    func malformed(_ cause: String) -> CommentBotError {
      CommentBotError(
        .usage, "use", "--clip_timestamps \(text)", cause: cause,
        hint: "for example --clip_timestamps 0,30,90.5,120 or, to the end of the audio, --clip_timestamps 60")
    }
    let times = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let part = part.trimmingCharacters(in: .whitespaces)
      guard let time = Double(part), time.isFinite, time >= 0 else {
        throw malformed("“\(part)” is no time in seconds")
      }
      return time
    }
    for (index, pair) in zip(times, times.dropFirst()).enumerated() {
      // A clip may begin where the one before it ends, but not end where it begins.
      guard pair.0 < pair.1 || (index % 2 == 1 && pair.0 == pair.1) else {
        throw malformed("the times do not rise from \(pair.0) to \(pair.1)")
      }
    }
    return times == [0] ? nil : times
  }
}
