import Foundation

/// What this machine's processor can do, as far as the choice of weights depends on it.
public struct CPUFeatures: Sendable, Equatable {
  /// The kernel's names of the instruction sets, such as `avx512_bf16`; empty where the kernel does not tell.
  public let flags: Set<String>

  public init(flags: Set<String>) {
    self.flags = flags
  }

  /// Reads the first `flags` (x86) or `Features` (ARM) line of a text in the format of Linux's `/proc/cpuinfo`.
  public init(cpuinfo: String) {
    let line = cpuinfo.split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }
    let names = line?.split(separator: ":", maxSplits: 1).dropFirst().first?.split(whereSeparator: \.isWhitespace)
    flags = Set((names ?? []).map(String.init))
  }

  /// This machine. Without `/proc/cpuinfo` (macOS) no flags are known, which is always safe.
  public static let current = CPUFeatures(
    cpuinfo: (try? String(contentsOf: URL(filePath: "/proc/cpuinfo"), encoding: .utf8)) ?? "")

  /// The type of Whisper weights that ggml computes fastest with here.
  public var fastestWeights: WeightType { flags.contains("avx512_bf16") ? .bf16 : .f16 }
}

/// How the large matrices of a Whisper model are stored.
public enum WeightType: String, Codable, Sendable, CaseIterable {
  case f16
  /// Fastest on CPUs with AVX512-BF16, slow on all others.
  case bf16
}
