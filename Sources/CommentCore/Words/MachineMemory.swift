import Foundation

/// The memory of this machine.
public enum MachineMemory {
  /// Bytes that programs can have without others being swapped out (`MemAvailable` of Linux); nil where nobody says.
  public static var available: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else { return nil }
    return available(meminfo: text)
  }

  /// Whether there is no room for two models at once: less than 2 GB.
  public static var isShort: Bool { available.map { $0 < 2 << 30 } ?? false }

  /// - Parameter meminfo: a text in the format of Linux's `/proc/meminfo`.
  public static func available(meminfo: String) -> Int? {
    let line = meminfo.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
