import CommentCore
import Foundation

/// The formats that `--output_format` and `export --format` name.
enum OutputFormats {
  static let names = TranscriptFormat.allCases.map(\.rawValue)
  static let help = "\(names.joined(separator: ", ")), several with commas between them, or all."

  /// `srt`, `srt,vtt` or `all`.
  /// - Throws: ``CommentBotError`` with code `usage` when a format is unknown.
  static func named(_ list: String) throws -> [TranscriptFormat] {
    let formats = try list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.flatMap { name in
      if name == "all" { return TranscriptFormat.allCases }
      guard let format = TranscriptFormat(rawValue: name) else {
        throw CommentBotError(
          .usage, "write", "format \(name)", cause: "there is no such format",
          hint: "-f \(names[0])    # or \(names.dropFirst().joined(separator: ", ")), all")
      }
      return [format]
    }
    guard !formats.isEmpty else {
      throw CommentBotError(.usage, "write", "format \(list)", cause: "it names none", hint: "-f all")
    }
    // Each once, in their own order.
    return TranscriptFormat.allCases.filter(formats.contains)
  }
}
