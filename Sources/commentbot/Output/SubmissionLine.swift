import CommentCore

/// What became of a file that was to be submitted, for people and as JSON.
struct SubmissionLine: Encodable {
  enum Result: String, Encodable {
    case accepted
    /// The same is done already, or on its way.
    case duplicate
    case problem
  }
  var file: String
  var result: Result
  var job: JobView?
  var error: CommentBotError?

  init(_ file: String, _ submitted: (job: JobView, isNew: Bool)) {
    (self.file, job) = (file, submitted.job)
    result = submitted.isNew ? .accepted : .duplicate
  }

  init(_ file: String, _ error: CommentBotError) {
    (self.file, self.error, result) = (file, error, .problem)
  }

  /// JSON goes to stdout, problems to stderr.
  /// - Parameter people: takes the line for people of a file that was submitted.
  func tell(asJSON: Bool, people: (String) -> Void) throws {
    if asJSON { return Console.out(try JSONLine.of(self)) }
    if let error { return Console.error("\(error)") }
    people(Console.safe("\(result.rawValue)  \(job?.id ?? "")  \(file)"))
  }
}
