extension Pipeline {
  /// The stored transcript when there is one, else decodes and transcribes what no checkpoint holds yet.
  func transcribe(
    _ source: SourceFile, options: TranscriptionOptions, in run: inout PipelineRun
  ) async throws -> (Recording, Transcript) {
    run.recording = source.sha256
    let key = try TranscriptKey.make(sha256: source.sha256, engine: transcriber.identity, options: options)
    if let stored = try await library.transcript(key: key),
      let known = try await library.recording(sha256: source.sha256)
    {
      run.reuse(stored.transcript, facts: known.facts)
      // Standard input has no name to tell: the one that is known stays.
      return (source.path == "-" ? known : source.recording(known.facts), stored.transcript)
    }
    let onEvent = run.onEvent
    let audio = try await run.measure(.decode) {
      try await cache.samples(for: source.url, sha256: source.sha256) { done, total in
        onEvent(.progress(.decode, done: done, total: total ?? 0))
      }
    }
    run.report.decodedSeconds = audio.isReused ? 0 : audio.facts.duration
    run.report.filledSeconds = audio.facts.filledSeconds
    run.report.missingSeconds = audio.facts.missingSeconds
    let recording = source.recording(audio.facts)
    try await library.save(recording)

    let finished = try await library.windows(of: key)
    run.report.reusedSeconds = finished.last?.end ?? 0
    let windows = try await run.measure(.transcribe) {
      try await transcribe(audio.samples, of: recording, options: options, after: finished, key: key, onEvent: onEvent)
    }
    // What lies outside the clips is passed over and tells nothing about the speed.
    let outside = windows.dropFirst(finished.count).flatMap(\.dropped).filter { $0.reason == .outsideClips }
    run.report.transcribedSeconds =
      audio.samples.duration - run.report.reusedSeconds - outside.reduce(0) { $0 + $1.end - $1.start }
    let transcript = Transcript(
      windows: windows, key: key, engine: transcriber.identity, options: options, duration: audio.samples.duration)
    run.report.tell(of: transcript)
    return (recording, transcript)
  }

  /// Keeps a checkpoint after every window, so that a killed run goes on where it was.
  private func transcribe(
    _ audio: AudioSamples, of recording: Recording, options: TranscriptionOptions,
    after finished: [TranscriptionWindow], key: String, onEvent: @Sendable (PipelineEvent) -> Void
  ) async throws -> [TranscriptionWindow] {
    var windows = finished
    if let end = finished.last?.end { onEvent(.resumed(seconds: end)) }
    for try await event in transcriber.transcribe(audio, options: options, after: finished) {
      switch event {
      case .progress(let seconds):
        onEvent(.progress(.transcribe, done: seconds, total: audio.duration))
      case .window(let window):
        try await library.saveWindow(window, transcriptKey: key, of: recording.sha256)
        windows.append(window)
        onEvent(.progress(.transcribe, done: window.end, total: audio.duration))
      }
    }
    // A stream that was cancelled ends early without an error.
    try Task.checkCancellation()
    return windows
  }
}
