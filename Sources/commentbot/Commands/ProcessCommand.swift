import ArgumentParser
import CommentCore
import Foundation

struct ProcessCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "process",
    abstract: "Transcribe audio or video, comment on it, keep and index the results.",
    discussion: """
      Folders are searched through. What was done before is taken from there. \
      Stop with Ctrl-C at any time: the same command goes on where it was.
      """)

  @Argument(help: "Files or folders; - reads standard input.", completion: .file())
  var files: [String] = []

  @OptionGroup(title: "Transcript") var transcription: TranscriptionFlags
  @OptionGroup(title: "Comments") var comments: CommentFlags

  @Option(
    name: [.customShort("o"), .customLong("output_dir"), .customLong("output-dir")],
    help: "Folder for copies of the transcript, named after the file.", completion: .directory)
  var outputFolder: String?

  @Option(
    name: [.customShort("f"), .customLong("output_format"), .customLong("output-format")],
    help: "Formats of these copies: \(OutputFormats.help)")
  var outputFormat: String?

  @OptionGroup(title: "Subtitles of these copies") var subtitles: SubtitleFlags

  @Flag(help: "Print one JSON object a file, one line each.")
  var json = false

  @Flag(name: TranscriptionFlags.both("dry_run"), help: "Only say what would be done, and how long it may take.")
  var dryRun = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name a file, a folder, or - for standard input.") }
  }

  func run() async throws {
    let options = try transcription.options()
    let plan = try comments.plan()
    for notice in transcription.notices { Console.error(notice) }
    let copies = try OutputCopies(folder: outputFolder, format: outputFormat, subtitles: try subtitles.options())
    if !options.wordTimestamps { try subtitles.refuseLimitsWithoutWordTimes(hint: "add --word_timestamps True") }
    let (inputs, passedOver) = try await Blocking.run { [files] in Inputs.find(files) }
    if passedOver > 0 {
      let others = CountText.of(passedOver, "file")
      Console.error("\(others) passed over: no ending of audio or video; name such a file itself to have it processed")
    }
    var composition = try await Composition.make(transcription: transcription, model: comments.model)
    composition.isForOneText = inputs.count == 1
    let pipeline = try await composition.pipeline()
    if dryRun {
      let run = DryRun(pipeline: pipeline, inputs: inputs, json: json, threads: composition.settings.threads)
      return try await run.run(options: options, comments: plan)
    }
    // Not after hours of work.
    try await copies.prepare()
    var failures = 0
    for input in inputs {
      do {
        let outcome = try await process(input, by: pipeline, options: options, comments: plan)
        try show(outcome, asked: options, isOneOfMany: inputs.count > 1)
        if outcome.commentFailure != nil { failures += 1 }
        // The result is stored and told by now: a copy that cannot be written takes nothing of it back.
        switch try await copies.write(outcome) {
        case .success(let files): if !json, !files.isEmpty { Console.out(ReportText.copies(files)) }
        case .failure(let error):
          Console.error("\(error)")
          if outcome.commentFailure == nil { failures += 1 }
          if inputs.count == 1 { throw ExitStatus.of(error) }
        }
      } catch let error as CommentBotError where inputs.count > 1 && error.code != .cancelled {
        failures += 1
        try report(error, on: input.argument)
      } catch let error as CommentBotError where json {
        try report(error, on: input.argument)
        throw ExitStatus.of(error)
      }
    }
    if failures > 0 {
      if inputs.count > 1 { Console.error("\(failures) of \(inputs.count) files failed") }
      throw ExitStatus.someFailed
    }
  }

  private func process(
    _ input: Inputs.Input, by pipeline: Pipeline, options: TranscriptionOptions, comments plan: CommentPlan
  ) async throws -> ProcessOutcome {
    let reporter = ProgressReporter(file: input.argument)
    defer { reporter.finish() }
    if Console.isErrorTerminal { Console.error(Console.safe(input.argument)) }
    let source = try await input.open()
    defer { source.close() }
    do {
      let outcome = try await pipeline.process(
        source.url, isStandardInput: source.isStandardInput, options: options, comments: plan
      ) { reporter.handle($0) }
      reporter.finish(isDone: outcome.commentFailure == nil)
      return outcome
    } catch  where CommentBotError.isCancellation(error) {
      reporter.finish()
      throw CommentBotError(
        .cancelled, "finish", input.argument, cause: "you stopped it; what is done is kept",
        hint: "the same command goes on where this one stopped")
    }
  }

  private func show(_ outcome: ProcessOutcome, asked options: TranscriptionOptions, isOneOfMany: Bool) throws {
    let text = ProcessText(
      recording: outcome.recording, folder: outcome.folder, transcript: outcome.transcript, comments: outcome.comments,
      showsUnproven: comments.keepUnproven)
    if json {
      Console.out(try ProcessJSON(outcome, showsUnproven: comments.keepUnproven).line)
    } else if isOneOfMany, outcome.isFromEarlier {
      Console.out("\(text.heading) · done before")
    } else {
      Console.out(text.text)
      Console.error(ReportText.line(outcome.report))
    }
    for notice in ReportText.notices(on: outcome, asked: options) { Console.error(notice) }
    if let failure = outcome.commentFailure {
      let kept = outcome.comments.isEmpty ? "" : "; the comments shown are kept"
      Console.error(
        "\(failure)\n  the transcript is whole and stored; the same command writes the comments later\(kept)")
    }
  }

  private func report(_ error: CommentBotError, on file: String) throws {
    if json { Console.out(try ProcessJSON(error, file: file).line) }
    Console.error("\(error)")
  }
}
