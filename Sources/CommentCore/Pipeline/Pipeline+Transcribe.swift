import Foundation

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
    Failpoint.hit(.beforeDecode)
    let audio = try await run.measure(.decode) { try await decode(source, options: options, onEvent: onEvent) }
    Failpoint.hit(.afterDecode)
    run.report.decodedSeconds = audio.decodedSeconds
    run.report.filledSeconds = audio.facts.filledSeconds
    run.report.missingSeconds = audio.facts.missingSeconds
    let recording = source.recording(audio.facts)
    try await library.save(recording, owner: run.owner, lease: run.lease)

    var finished: [[TranscriptionWindow]] = []
    for channel in audio.channels.indices { finished.append(try await library.windows(of: key, channel: channel)) }
    run.report.reusedSeconds = finished.reduce(0) { $0 + ($1.last?.end ?? 0) }
    let windows = try await run.measure(.transcribe) { [finished] in
      try await transcribe(audio, of: recording, options: options, after: finished, key: key, onEvent: onEvent)
    }
    // What lies outside the clips is passed over and tells nothing about the speed.
    let new = zip(windows, finished).flatMap { $0.dropFirst($1.count) }
    let outside = new.flatMap(\.dropped).filter { $0.reason == .outsideClips }
    run.report.transcribedSeconds =
      audio.totalDuration - run.report.reusedSeconds - outside.reduce(0) { $0 + $1.end - $1.start }
    let transcript = try await join(windows, of: audio, options: options, key: key)
    run.report.tell(of: transcript)
    return (recording, transcript)
  }

  /// The mix, or each channel where that is wanted and there are several.
  private func decode(
    _ source: SourceFile, options: TranscriptionOptions, onEvent: @Sendable (PipelineEvent) -> Void
  ) async throws -> SourceAudio {
    let count = try await Blocking.run { try options.channelCount(of: source.url) }
    var decoded: [CachedAudio] = []
    for channel in 0..<count {
      decoded.append(
        try await cache.samples(for: source.url, sha256: source.sha256, channel: count > 1 ? channel : nil) {
          let total = ($1 ?? 0) * Double(count)
          onEvent(.progress(.decode, done: ($1 ?? 0) * Double(channel) + $0, total: total))
        })
    }
    return try await Blocking.run { [decoded] in SourceAudio(decoded) }
  }

  /// Keeps a checkpoint after every window, so that a killed run goes on where it was.
  private func transcribe(
    _ audio: SourceAudio, of recording: Recording, options: TranscriptionOptions,
    after finished: [[TranscriptionWindow]], key: String, onEvent: @Sendable (PipelineEvent) -> Void
  ) async throws -> [[TranscriptionWindow]] {
    var windows = finished
    let reused = finished.reduce(0) { $0 + ($1.last?.end ?? 0) }
    if reused > 0 { onEvent(.resumed(seconds: reused)) }
    for (channel, (samples, done)) in zip(audio.channels.map(\.audio.samples), finished).enumerated() {
      let before = Double(channel) * audio.duration
      for try await event in transcriber.transcribe(samples, options: options, after: done) {
        switch event {
        case .progress(let seconds):
          onEvent(.progress(.transcribe, done: before + seconds, total: audio.totalDuration))
        case .waiting(let seconds, let cause): onEvent(.waiting(seconds: seconds, cause: cause))
        case .window(let window):
          Failpoint.hit(.beforeWindow)
          try await library.saveWindow(window, transcriptKey: key, channel: channel, of: recording.sha256)
          Failpoint.hit(.afterWindow)
          windows[channel].append(window)
          onEvent(.window(window, speaker: audio.channels[channel].speaker))
          onEvent(.progress(.transcribe, done: before + window.end, total: audio.totalDuration))
        }
      }
      // A stream that was cancelled ends early without an error.
      try Task.checkCancellation()
    }
    return windows
  }

  private func join(
    _ windows: [[TranscriptionWindow]], of audio: SourceAudio, options: TranscriptionOptions, key: String
  ) async throws -> Transcript {
    let identity = transcriber.identity
    return try await Blocking.run {
      var channels = zip(audio.channels, windows).map { SpokenChannel(speaker: $0.speaker, windows: $1) }
      Crosstalk { audio.channels[$0].audio.samples.level($1) }.remove(from: &channels)
      return Transcript(
        channels: channels, windows: windows.flatMap(\.self), key: key, engine: identity, options: options,
        duration: audio.duration)
    }
  }
}

extension TranscriptionOptions {
  /// Without what the file has not: of one channel nothing can be split, and the transcript is that of the mix.
  func fitting(_ file: URL) throws -> TranscriptionOptions {
    guard splitChannels == true, try AudioDecoder().channelCount(of: file) == 1 else { return self }
    var options = self
    options.splitChannels = nil
    return options
  }

  /// How many parts of the file's audio are transcribed by themselves: its channels, or one mix.
  func channelCount(of file: URL) throws -> Int {
    splitChannels == true ? try AudioDecoder().channelCount(of: file) : 1
  }
}
