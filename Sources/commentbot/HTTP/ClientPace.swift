/// Whether a client sends a request's body fast enough, and takes what it is sent. Only the time counts in which the
/// server waits for it.
struct ClientPace {
  /// What a client may always take.
  var patience = Duration.seconds(20)
  /// Bytes that earn a client one second more.
  static let minimalRate = 500.0
  /// What may still come of a body when its answer is sent: enough for most clients to see the answer and stop.
  static let leftoverBytes = 16 << 20
  static let leftoverTime = Duration.seconds(5)

  private var isReceiving = false
  private var answered: ContinuousClock.Instant?
  private var waitingSince: ContinuousClock.Instant?
  private var waited = Duration.zero
  private var bytes = 0
  /// Bytes of an answer that there is no room for on the way to the client, and since when they have been as many.
  private var left: (bytes: Int, since: ContinuousClock.Instant)?

  init(patience: Duration = .seconds(20)) {
    self.patience = patience
  }

  /// Whether there is a body to come, or a part of an answer to be taken.
  var isOpen: Bool { isReceiving || left != nil }

  mutating func begin() {
    // A client that sends one request after another must take the answers all the same.
    let left = left
    self = ClientPace(patience: patience)
    self.left = left
    isReceiving = true
  }

  /// The server is ready for more.
  mutating func wait(from now: ContinuousClock.Instant) {
    if isReceiving, waitingSince == nil { waitingSince = now }
  }

  mutating func receive(_ count: Int, at now: ContinuousClock.Instant) {
    bytes += count
    if let waitingSince { waited += now - waitingSince }
    waitingSince = nil
  }

  mutating func end() {
    isReceiving = false
  }

  /// The answer is sent, though the body is not there yet.
  mutating func answer(at now: ContinuousClock.Instant) {
    guard isReceiving, answered == nil else { return }
    answered = now
    bytes = 0
  }

  /// The server has more to send than the connection holds.
  /// - Parameter bytes: what is left; where it changes, the client takes something.
  mutating func fill(_ bytes: Int, at now: ContinuousClock.Instant) {
    if left?.bytes != bytes { left = (bytes, now) }
  }

  /// The client has taken enough for more to be sent.
  mutating func drain() {
    left = nil
  }

  /// Whether to end the connection.
  func isOver(at now: ContinuousClock.Instant) -> Bool {
    if let left, now - left.since > patience { return true }
    guard isReceiving else { return false }
    if let answered { return bytes > Self.leftoverBytes || now - answered >= Self.leftoverTime }
    let time = waited + (waitingSince.map { now - $0 } ?? .zero)
    return time > patience + .seconds(Double(bytes) / Self.minimalRate)
  }
}
