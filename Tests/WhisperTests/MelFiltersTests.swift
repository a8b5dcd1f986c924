import Testing

@testable import Whisper

/// FNV-1a of the bytes.
private func checksum(_ floats: [Float]) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for float in floats {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      hash = (hash ^ UInt64(float.bitPattern >> shift & 0xFF)) &* 0x100_0000_01B3
    }
  }
  return hash
}

@Test func melFilters_equalThoseOfWhisperToTheLastBit() {
  let filters = MelFilters.slaney(melCount: 80)
  #expect(filters.count == 80 * 201)
  #expect(filters[1] == 0.02486259490251541)
  #expect(filters[16078].bitPattern == 0x39EB_476A)
  // Of the 80 x 201 numbers in whisper.cpp's own model files.
  #expect(checksum(filters) == 0x3215_6581_CFA4_00A6)
}

@Test func melFilters_of128BandsCoverTheSpectrum() {
  let filters = MelFilters.slaney(melCount: 128)
  #expect(filters.count == 128 * 201)
  for band in 0..<128 { #expect(filters[band * 201..<(band + 1) * 201].contains { $0 > 0 }) }
}
