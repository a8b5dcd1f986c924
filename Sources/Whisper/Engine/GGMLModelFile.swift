import CWhisper
import CommentCore
public import Foundation

/// Checks model files before libwhisper sees them: it aborts the process on some damaged ones.
public enum GGMLModelFile {
  /// Checks that a whisper.cpp model is whole: sizes that make sense, every tensor within the file, nothing after them.
  ///
  /// Weights with wrong values pass; only their hash can tell.
  /// - Throws: ``CommentBotError`` with `modelMissing` or `modelDamaged`.
  public static func checkWhisper(_ url: URL) throws {
    var reader = try open(url)
    let numbers = try (0..<11).map { _ in Int(try reader.integer(Int32.self)) }
    let (vocabulary, audioContext, audioState) = (numbers[0], numbers[1], numbers[2])
    let (textContext, textState, melCount) = (numbers[5], numbers[6], numbers[9])
    let layersAndHeads = [numbers[3], numbers[4], numbers[7], numbers[8]]
    guard (51_864...51_866).contains(vocabulary), audioContext == 1500, textContext == 448,
      audioState == textState, (64...4096).contains(audioState), layersAndHeads.allSatisfy({ (1...64).contains($0) }),
      audioState % numbers[3] == 0, textState % numbers[7] == 0, [80, 128].contains(melCount),
      weightTypes.contains(numbers[10] % 1000)
    else { throw reader.file.damaged("its sizes are not those of a Whisper model") }
    guard try reader.integer(Int32.self) == melCount, try reader.integer(Int32.self) == MelFilters.binCount else {
      throw reader.file.damaged("its mel filters have the wrong size")
    }
    _ = try reader.skip(melCount * MelFilters.binCount * 4)
    let tokenCount = Int(try reader.integer(Int32.self))
    guard (1...vocabulary).contains(tokenCount) else { throw reader.file.damaged("its vocabulary has the wrong size") }
    for _ in 0..<tokenCount { _ = try reader.skip(Int(try reader.integer(UInt32.self))) }
    try checkTensors(&reader)
  }

  /// What tells Whisper's models apart.
  struct Shape: Equatable {
    var isMultilingual: Bool
    var textState: Int
    var textLayers: Int
    var mels: Int
  }

  /// The shape of a whisper.cpp model.
  static func shape(of url: URL) throws -> Shape {
    var reader = try open(url)
    let numbers = try (0..<11).map { _ in Int(try reader.integer(Int32.self)) }
    return Shape(
      isMultilingual: numbers[0] > 51_864, textState: numbers[6], textLayers: numbers[8], mels: numbers[9])
  }

  /// Checks that a Silero VAD model in whisper.cpp's format is whole.
  /// - Throws: ``CommentBotError`` with `modelMissing` or `modelDamaged`.
  public static func checkVoiceActivity(_ url: URL) throws {
    var reader = try open(url)
    guard try reader.integer(Int32.self) == 10, try reader.take(10) == Data("silero-16k".utf8) else {
      throw reader.file.damaged("it is not a Silero VAD model")
    }
    // Version, window and context, then the encoder's layers with three sizes each, then four sizes.
    _ = try reader.skip(5 * 4)
    guard try reader.integer(Int32.self) == 4 else {
      throw reader.file.damaged("its sizes are not those of Silero VAD")
    }
    _ = try reader.skip((4 * 3 + 4) * 4)
    try checkTensors(&reader)
  }

  /// Those of `enum ggml_ftype` that whisper.cpp's tools write, without the version of the quantisation (thousands).
  private static let weightTypes: Set<Int> = [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 24]

  private static func open(_ url: URL) throws -> PartedFileReader {
    var reader = PartedFileReader(try PartedFile([url]))
    guard try reader.integer(UInt32.self) == GGMLFormat.magic else {
      throw reader.file.damaged("it is not a ggml model file")
    }
    return reader
  }

  private static func checkTensors(_ reader: inout PartedFileReader) throws {
    var count = 0
    while reader.offset < reader.file.count {
      let rank = Int(try reader.integer(Int32.self))
      let nameLength = Int(try reader.integer(Int32.self))
      let type = ggml_type(UInt32(bitPattern: try reader.integer(Int32.self)))
      guard (0...4).contains(rank), (1...256).contains(nameLength), type.rawValue < GGML_TYPE_COUNT.rawValue,
        ggml_blck_size(type) > 0
      else { throw reader.file.damaged("the head of its tensor \(count) makes no sense") }
      // A tensor without dimensions is one number.
      let shape = rank == 0 ? [1] : try (0..<rank).map { _ in Int(try reader.integer(Int32.self)) }
      _ = try reader.skip(nameLength)
      guard shape.allSatisfy({ (1...1_000_000).contains($0) }), shape[0] % Int(ggml_blck_size(type)) == 0 else {
        throw reader.file.damaged("the shape of its tensor \(count) makes no sense")
      }
      var size = ggml_row_size(type, Int64(shape[0]))
      for dimension in shape.dropFirst() {
        let (product, isTooLarge) = size.multipliedReportingOverflow(by: dimension)
        guard !isTooLarge else { throw reader.file.damaged("its tensor \(count) is impossibly large") }
        size = product
      }
      _ = try reader.skip(size)
      count += 1
    }
    // libwhisper takes a file without tensors for a test model and then answers with nothing.
    guard count > 0 else { throw reader.file.damaged("it has no weights") }
  }
}
