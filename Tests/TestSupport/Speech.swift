public import Foundation

/// Speech and other sounds made on the spot by espeak-ng, sox and ffmpeg.
public enum Speech {
  /// Speaks the text into a file whose ending decides the format.
  @discardableResult
  public static func make(_ text: String, voice: String = "en-us", at url: URL) throws -> URL {
    let wav = url.deletingPathExtension().appendingPathExtension("speech.wav")
    try check(Command.run("espeak-ng", ["-v", voice, "-s", "150", "-w", wav.path, text]))
    defer { try? FileManager.default.removeItem(at: wav) }
    return try convert(wav, to: url)
  }

  /// Converts by ffmpeg, with its own options in between.
  @discardableResult
  public static func convert(_ source: URL, to url: URL, _ options: [String] = []) throws -> URL {
    try check(
      Command.run("ffmpeg", ["-v", "error", "-y", "-i", source.path] + options + [url.path]))
    return url
  }

  /// Puts pieces one after the other with a second of silence between them.
  @discardableResult
  public static func join(_ pieces: [URL], at url: URL) throws -> URL {
    let inputs = pieces.flatMap { ["-i", $0.path] }
    let padded = pieces.indices.map { "[\($0):a]aresample=16000,aformat=channel_layouts=mono,apad=pad_dur=1[a\($0)]" }
    let joined = pieces.indices.map { "[a\($0)]" }.joined() + "concat=n=\(pieces.count):v=0:a=1[out]"
    let filter = (padded + [joined]).joined(separator: ";")
    try check(
      Command.run("ffmpeg", ["-v", "error", "-y"] + inputs + ["-filter_complex", filter, "-map", "[out]", url.path]))
    return url
  }

  private static func check(_ result: CommandResult) throws {
    if result.status != 0 { throw TestFailure("could not make test audio: \(result.error)") }
  }
}
