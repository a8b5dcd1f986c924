import ArgumentParser
import CommentCore
import Foundation

struct BatchSubmit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Submit files as the jobs of a batch.",
    discussion: "Folders are searched through. What is done already, or on its way, is not done twice.")

  @Argument(help: "Files or folders.", completion: .file())
  var files: [String]

  @Option(help: "The batch's name, for people.")
  var name: String?

  @Flag(help: "Stay until all jobs have come to an end.")
  var watch = false

  @OptionGroup var options: SubmissionFlags
  @OptionGroup var desk: DeskFlags

  @Flag(help: "Print JSON objects, one line each: of every file, and of the batch.")
  var json = false

  func run() async throws {
    var fields = try options.fields()
    let desk = try await desk.desk()
    let (inputs, passedOver) = try await Blocking.run { [files] in Inputs.find(files) }
    if passedOver > 0 { Console.error("\(CountText.of(passedOver, "other file")) passed over") }
    let batch = try await desk.makeBatch(name: name)
    fields["batch"] = batch.id
    var problems = 0
    for input in inputs {
      do {
        guard let url = input.url, input.failure == nil else { throw input.failure ?? Self.noStandardInput }
        // The batch alone goes to stdout.
        try SubmissionLine(input.argument, await desk.submit(url, fields)).tell(asJSON: json, people: Console.error)
      } catch let error as CommentBotError where inputs.count > 1 && Self.concernsOneFile(error) {
        problems += 1
        try SubmissionLine(input.argument, error).tell(asJSON: json, people: Console.error)
      }
    }
    var end = try await desk.batch(batch.id)
    if watch {
      end = try await BatchWatch(desk: desk, showsProgress: !json).run(batch.id)
      let failed = try await desk.jobs(JobQuery(states: [.failed], batch: batch.id))
      if !json { JobText.failures(failed.jobs).forEach(Console.error) }
    }
    Console.out(json ? try JSONLine.of(end) : JobText.line(end))
    if problems > 0 || (watch && end.count(.succeeded) < end.total) { throw ExitStatus.someFailed }
  }

  /// The rest would fail in the same way.
  private static func concernsOneFile(_ error: CommentBotError) -> Bool {
    [.inputMissing, .unreadableAudio, .permission, .io].contains(error.code)
  }

  private static var noStandardInput: CommentBotError {
    CommentBotError(.usage, "submit", "-", cause: "standard input has no name", hint: "give files or folders")
  }
}

/// Looks at a batch until all its jobs have come to an end.
struct BatchWatch {
  private static let pause = Duration.seconds(1)

  let desk: any JobDesk
  let showsProgress: Bool

  /// - Throws: ``CommentBotError``; a server that cannot be reached for a while is asked again.
  func run(_ id: String) async throws -> BatchView {
    var (last, misses) = ("", 0)
    while true {
      do {
        let batch = try await desk.batch(id)
        misses = 0
        let line = JobText.line(batch)
        if showsProgress, line != last { Console.error(line) }
        last = line
        if batch.isFinished { return batch }
      } catch let error as CommentBotError where [.unreachable, .busy].contains(error.code) && misses < 60 {
        misses += 1
      }
      try await Task.sleep(for: Self.pause)
    }
  }
}
