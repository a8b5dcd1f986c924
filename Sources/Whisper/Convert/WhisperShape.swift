/// The sizes of a Whisper model, in the order of whisper.cpp's header.
struct WhisperShape: Equatable {
  var vocabularySize: Int
  var audioContext: Int
  var audioState: Int
  var audioHeads: Int
  var audioLayers: Int
  var textContext: Int
  var textState: Int
  var textHeads: Int
  var textLayers: Int
  var melCount: Int

  var numbers: [Int] {
    [
      vocabularySize, audioContext, audioState, audioHeads, audioLayers, textContext, textState, textHeads, textLayers,
      melCount,
    ]
  }

  /// whisper.cpp tells the two kinds apart by the same number.
  var isMultilingual: Bool { vocabularySize >= 51_865 }

  init(of model: CTranslate2Model) throws {
    func matrix(_ name: String, rank: Int) throws -> [Int] {
      let shape = try model.variable(name).shape
      guard shape.count == rank else { throw model.file.damaged("\(name) has \(shape.count) dimensions") }
      return shape
    }
    func layers(_ side: String) -> Int {
      var count = 0
      while model.contains("\(side)/layer_\(count)/ffn/linear_0/weight") { count += 1 }
      return count
    }
    let embeddings = try matrix("decoder/embeddings/weight", rank: 2)
    let audioPositions = try matrix("encoder/position_encodings/encodings", rank: 2)
    let textPositions = try matrix("decoder/position_encodings/encodings", rank: 2)
    vocabularySize = embeddings[0]
    audioContext = audioPositions[0]
    audioState = audioPositions[1]
    audioHeads = try model.scalar("encoder/num_heads")
    audioLayers = layers("encoder")
    textContext = textPositions[0]
    textState = textPositions[1]
    textHeads = try model.scalar("decoder/num_heads")
    textLayers = layers("decoder")
    melCount = try matrix("encoder/conv1/weight", rank: 3)[1]
    guard numbers.allSatisfy({ (1...1_000_000).contains($0) }) else {
      throw model.file.damaged("its sizes make no sense: \(numbers)")
    }
  }
}
