import Foundation

extension [Int] {
  /// Whether the last 32 tokens are few different ones: whisper.cpp's sign of a loop, with its `entropy_thold` of 2.4
  /// nats.
  var endsInLoop: Bool {
    let tokens = suffix(32)
    guard tokens.count == 32 else { return false }
    let shares = Dictionary(grouping: tokens) { $0 }.values.map { Double($0.count) / Double(tokens.count) }
    return -shares.reduce(0) { $0 + $1 * log($1) } < 2.4
  }
}
