import CommentCore
import Foundation
import Llama

/// Processor, threads, memory and open files, against what the build and the models need.
enum MachineChecks {
  static let all = [
    Check(.machine, "cpu", "the processor's instruction sets against those of the build") { diagnosis in
      processor(
        CPUFeatures(cpuinfo: diagnosis.system.text("proc/cpuinfo") ?? ""), build: LlamaModel.instructionSets,
        diagnosis.place)
    },
    Check(.machine, "threads", "cores against threads") { diagnosis in
      threads(diagnosis.settings.threads, of: ProcessInfo.processInfo.activeProcessorCount)
    },
    Check(.machine, "memory", "memory against the models") { try await memory($0) },
    Check(.machine, "files", "how many files may be open") { files($0.place) },
  ]

  /// ggml's names and the kernel's.
  private static let sets = [
    ("SSE3", "pni"), ("SSSE3", "ssse3"), ("AVX", "avx"), ("AVX2", "avx2"), ("F16C", "f16c"), ("FMA", "fma"),
    ("BMI2", "bmi2"), ("AVX_VNNI", "avx_vnni"), ("AVX512", "avx512f"), ("AVX512_VBMI", "avx512vbmi"),
    ("AVX512_VNNI", "avx512_vnni"), ("AVX512_BF16", "avx512_bf16"), ("AMX_INT8", "amx_int8"), ("NEON", "asimd"),
    ("DOTPROD", "asimddp"), ("SVE", "sve"), ("MATMUL_INT8", "i8mm"),
  ]

  static func processor(_ features: CPUFeatures, build: Set<String>, _ place: Place = .machine) -> Finding {
    let rebuild = place.renewed(by: "FORCE=1 data/scripts/build-engines.sh && data/scripts/setup.sh")
    guard !features.flags.isEmpty else { return .ok("vector units: not told by this system") }
    let missing = sets.filter { build.contains($0.0) && !features.flags.contains($0.1) }.map(\.0)
    guard missing.isEmpty else {
      return .failure(
        "the engines were built for \(missing.joined(separator: ", ")), which this processor lacks", fix: rebuild)
    }
    if features.flags.contains("sse2"), !features.flags.contains("avx2") {
      return .warning(
        "the processor has no AVX2: transcribing will be slow",
        fix: "commentbot process --model tiny.en FILE    # for English")
    }
    let unused = sets.filter { features.flags.contains($0.1) && !build.contains($0.0) }.map(\.0)
    // The units that decide about the speed.
    let costly = unused.filter { ["AVX2", "AVX512", "AVX512_BF16", "FMA", "NEON", "DOTPROD"].contains($0) }
    if !build.isEmpty, !costly.isEmpty {
      return .warning(
        "the engines were built without \(costly.joined(separator: ", ")), which this processor has", fix: rebuild)
    }
    let used = sets.filter { build.contains($0.0) }.map(\.0)
    return .ok("the engines use \(used.joined(separator: " ")); fastest weights: \(features.fastestWeights.rawValue)")
  }

  static func threads(_ threads: Int, of cores: Int) -> Finding {
    let text = "\(CountText.of(threads, "thread")) on \(CountText.of(cores, "core"))"
    return cores == 1
      ? .warning(
        "\(text): an hour of audio may take longer than an hour",
        fix: "commentbot process --model tiny.en FILE    # for English")
      : .ok(text)
  }

  /// What a container may have of it is a check of its own.
  private static func memory(_ diagnosis: Diagnosis) async throws -> Finding {
    let needed = try await Blocking.run { MemoryNeed(diagnosis).least }
    guard let free = diagnosis.availableMemory else { return .ok("how much is free is not told by this system") }
    let text = "\(TimeText.bytes(free)) for programs; the models need \(TimeText.bytes(needed))"
    let fix = "commentbot process --model tiny.en --llm none FILE    # or end other programs"
    if free < needed / 2 { return .failure(text, fix: fix) }
    return free < needed ? .warning(text, fix: fix) : .ok(text)
  }

  private static func files(_ place: Place) -> Finding {
    let limit = OpenFiles.raiseLimit()
    let fix =
      switch place {
      case .image: "in docker-compose.yml: ulimits: {nofile: 65536}    # then: docker compose up --detach"
      case .unit(let unit, _): "sudo systemctl edit \(unit)    # [Service] LimitNOFILE=65536, then restart it"
      case .machine: "ulimit -n 65536"
      }
    return limit < 512
      ? .warning("\(limit) connections may be open at once", fix: fix)
      : .ok("\(limit) connections may be open at once")
  }
}
