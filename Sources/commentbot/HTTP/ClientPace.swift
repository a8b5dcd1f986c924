/// Whether a client sends a request's body fast enough. Only the time counts in which the server waits for it.
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

  init(patience: Duration = .seconds(20)) {
    self.patience = patience
  }

  /// Whether there is a body to come.
  var isOpen: Bool { isReceiving }

  mutating func begin() {
    self = ClientPace(patience: patience)
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

  /// Whether to end the connection.
  func isOver(at now: ContinuousClock.Instant) -> Bool {
    guard isReceiving else { return false }
    if let answered { return bytes > Self.leftoverBytes || now - answered >= Self.leftoverTime }
    let time = waited + (waitingSince.map { now - $0 } ?? .zero)
    return time > patience + .seconds(Double(bytes) / Self.minimalRate)
  }
}
