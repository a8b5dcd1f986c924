/// Numbers of whisper.cpp's file format.
enum GGMLFormat {
  /// `ggml` read as a little-endian number.
  static let magic: UInt32 = 0x6767_6D6C

  /// Element types of ggml (`enum ggml_type`) that a converted file can hold.
  enum ElementType: UInt32 {
    case f32 = 0
    case f16 = 1
    case bf16 = 30

    var size: Int { self == .f32 ? 4 : 2 }
  }
}

extension GGMLWeightType {
  /// ggml's number for "mostly of this type" (`enum ggml_ftype`).
  var fileType: UInt32 {
    switch self {
    case .f32: 0
    case .f16: 1
    case .bf16: 24
    }
  }

  /// Of matrices.
  var matrixType: GGMLFormat.ElementType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    }
  }

  /// Of convolutions.
  var convolutionType: GGMLFormat.ElementType { self == .f32 ? .f32 : .f16 }
}
