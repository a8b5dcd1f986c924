/// Keeps account of what the model has read.
struct CommentaryCoverage: Sendable {
  private var unread: [Int: RangeSet<Int>]
  private let segmentCount: Int

  init(of pieces: [TranscriptPiece]) {
    unread = Dictionary(pieces.map { ($0.segment, RangeSet($0.characters)) }) { $0.union($1) }
    segmentCount = unread.count
  }

  mutating func markRead(_ pieces: [TranscriptPiece]) {
    for piece in pieces {
      unread[piece.segment]?.subtract(RangeSet(piece.characters))
      if unread[piece.segment]?.isEmpty == true { unread[piece.segment] = nil }
    }
  }

  /// Share in 0...1 of the segments that were read whole; 1 when there are none.
  var share: Double {
    segmentCount == 0 ? 1 : Double(segmentCount - unread.count) / Double(segmentCount)
  }
}
