import CommentCore
import Foundation

/// Holds the model, and lends the threads: never are more at work than there are, whatever is asked for at once.
actor WhisperWorker {
  private let executor = BlockingExecutor(label: "commentbot.whisper.model")
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  nonisolated let threads: Int
  private let modelURL: URL
  private let modelName: String
  private let verify: @Sendable () throws -> Void
  private var loadedModel: WhisperModel?
  /// Whether ``loadedModel`` is to align tokens.
  private var isLoadedForAlignment = false

  private var freeThreads: Int
  /// The one that was used last is last: it has its memory.
  private var idleLanes: [WhisperLane] = []
  private var waiting: [(threads: Int, lane: CheckedContinuation<WhisperLane, Never>)] = []

  init(model: URL, name: String, verify: @escaping @Sendable () throws -> Void, threads: Int) {
    modelURL = model
    modelName = name
    self.verify = verify
    self.threads = threads
    freeThreads = threads
  }

  /// - Parameter options: nil loads what most options need.
  func load(for options: TranscriptionOptions? = nil) throws {
    _ = try model(alignsTokens: options?.needsTokenTimes ?? false)
  }

  /// Waits for a lane and so many threads, and gives them back when the work is done.
  func working<Result: Sendable>(
    threads: Int, for options: TranscriptionOptions,
    _ work: @Sendable (WhisperLane, WhisperModel) async throws -> Result
  ) async throws -> Result {
    let lane = await takeLane(threads)
    defer { giveBack(lane, threads) }
    return try await work(lane, try model(alignsTokens: options.needsTokenTimes))
  }

  private func takeLane(_ threads: Int) async -> WhisperLane {
    if waiting.isEmpty, threads <= freeThreads { return lane(threads) }
    return await withCheckedContinuation { waiting.append((threads, $0)) }
  }

  private func giveBack(_ lane: WhisperLane, _ threads: Int) {
    freeThreads += threads
    idleLanes.append(lane)
    while let first = waiting.first, first.threads <= freeThreads {
      waiting.removeFirst()
      first.lane.resume(returning: self.lane(first.threads))
    }
  }

  private func lane(_ threads: Int) -> WhisperLane {
    freeThreads -= threads
    return idleLanes.popLast() ?? WhisperLane()
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
