import CommentCore
import Foundation

/// Holds the model, and gives windows a lane to be decoded in.
actor WhisperWorker {
  private let executor = BlockingExecutor(label: "commentbot.whisper.model")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let threads: ComputeThreads
  private let modelURL: URL
  private let modelName: String
  private let verify: @Sendable () throws -> Void
  private var loadedModel: WhisperModel?
  /// Whether ``loadedModel`` is to align tokens.
  private var isLoadedForAlignment = false

  /// The one that was used last is last: it has its memory.
  private var idleLanes: [WhisperLane] = []

  init(model: URL, name: String, verify: @escaping @Sendable () throws -> Void, threads: Int) {
    modelURL = model
    modelName = name
    self.verify = verify
    self.threads = ComputeThreads(count: threads)
  }

  var isLoaded: Bool { loadedModel != nil }

  /// - Parameter options: nil loads what most options need.
  func load(for options: TranscriptionOptions? = nil) throws {
    _ = try model(alignsTokens: options?.needsTokenTimes ?? false)
  }

  /// Frees the model and all working memory that no window is using.
  func unload() {
    loadedModel = nil
    idleLanes = []
  }

  /// Waits for threads, and gives them back when the work is done.
  func working<Result: Sendable>(
    for options: TranscriptionOptions, _ work: @Sendable (WhisperLane, WhisperModel) async throws -> Result
  ) async throws -> Result {
    await threads.takeShare()
    defer { threads.giveBack(threads.share) }
    let model = try model(alignsTokens: options.needsTokenTimes)
    let lane = idleLanes.popLast() ?? WhisperLane(threads: threads)
    defer { idleLanes.append(lane) }
    return try await work(lane, model)
  }

  /// The model, loaded again when it was loaded for the other purpose: alignment costs time where nobody asks for it.
  private func model(alignsTokens: Bool) throws -> WhisperModel {
    if let loadedModel, isLoadedForAlignment == alignsTokens { return loadedModel }
    // Never two at once in memory, unless both are at work: lanes keep what they have worked with.
    loadedModel = nil
    idleLanes = []
    try verify()
    let model = try WhisperModel(url: modelURL, name: modelName, alignsTokens: alignsTokens)
    (loadedModel, isLoadedForAlignment) = (model, alignsTokens)
    return model
  }
}
