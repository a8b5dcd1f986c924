import CommentCore
import Foundation

/// Two seconds of a tone and of speech, to try the whole way from sound to text: "one, two, three".
///
/// The speech is made as a vocoder makes it, from 12 numbers for each 20 ms: how loud, how high, and the ten
/// reflections of a vocal tract.
enum SpeechSample {
  /// What is said.
  static let words = ["one", "two", "three"]
  /// Samples a second of the speech, half of what engines hear.
  private static let rate = 8000
  private static let frameLength = 160
  private static let order = 10

  /// 16 kHz, in -1...1.
  static var samples: [Float] {
    let tone: [Double] = (0..<1600).map { 0.1 * sin(2 * .pi * 440 * Double($0) / 8000) }
    let pause = [Double](repeating: 0, count: 1600)
    let speech = speech()
    let loudest = speech.reduce(0.001) { max($0, abs($1)) }
    let all: [Double] = tone + pause + speech.map { 0.6 * $0 / loudest }
    // Twice as many, those between by their neighbours.
    return all.indices.flatMap { index in
      let next = index + 1 < all.count ? all[index + 1] : 0
      return [Float(all[index]), Float((all[index] + next) / 2)]
    }
  }

  private static func speech() -> [Double] {
    let numbers = [UInt8](Data(base64Encoded: frames.filter { !$0.isWhitespace }) ?? Data())
    var samples: [Double] = []
    // What runs back through the tract, and what came out last.
    var back = [Double](repeating: 0, count: order + 1)
    var last = 0.0
    var (untilPulse, noise) = (0, UInt32(1))
    for start in stride(from: 0, to: numbers.count - order - 1, by: order + 2) {
      let loudness = numbers[start] == 0 ? 0 : pow(2, (Double(numbers[start]) - 255) / 19.2)
      let period = Int(numbers[start + 1])
      let reflections = (0..<order).map { Double(Int8(bitPattern: numbers[start + 2 + $0])) / 127.5 }
      for _ in 0..<frameLength {
        var sample: Double
        if period > 0 {
          sample = untilPulse <= 0 ? loudness * Double(period).squareRoot() : 0
          untilPulse = (untilPulse <= 0 ? period : untilPulse) - 1
        } else {
          noise = noise &* 1_103_515_245 &+ 12345
          sample = loudness * 1.7 * (Double(noise & 0x7FFF_FFFF) / 0x3FFF_FFFF - 1)
          untilPulse = 0
        }
        for index in (0..<order).reversed() {
          sample -= reflections[index] * back[index]
          back[index + 1] = back[index] + reflections[index] * sample
        }
        back[0] = sample
        last = sample + 0.9 * last
        samples.append(last)
      }
    }
    return samples
  }

  private static let frames = """
    NmGd9r1ePiGjF/9MQGGV/9VgMRKoPBJATWCLQxZfCPXKXTDxX2COSRRS7fnzX0Ldc1+aNAdL4vXpZTvnhV2rKw1C4PP3aBrilVy/JRQ44vIJZQ7b
    nl3RIx0w4vAWZQjXnwDUIh4u4/AYZArVnQDVIh0u5PAUZBLVmADVIx0u4/AVZA7alQDWIx0t4vAXZQzakX/XJB0s4PAZZQnaiILYJB0q3vEeZ/jk
    ggDXIxgh2PUkZ+7tdnPKFPkJ2AYhWPH/YG267tH6HCRAQ6UAXGq579D4HCZASJ3tXWe47tD4HCZAR53tXWS37dD5HCVDRZ7xWV658M75GSRFSKDv
    T1u69s73FSRHS6HvAADrSg7V8BYXBBESAAA9LiAZCAkQART8AAA5KBoZFhQABQEbAABELyAMBAn/EhIJAABAKh8ZHwb9CgsFAAA8LRoZFA8UAgf5
    AABBMhgECRkNABcHAABCHyEjIQUPAgb4AAA0IhYWHRMPAwIMAAAyKyAkFg8OCPULAABHJBsWCRoVAgfzRQBMNR8dBRv4/PAYbQBGKhoYBCP2//kP
    cgBGLR8ICAASCO4KflvkAPzq0CkTPkEqjAD4FQnx0wnjPFM/lgAEHBb74/vJJ1ZAnXUJIhf/9fi9F1c9nXkMIBD2+Py+G1s7l30NHQnu9wPCHVw+
    loANGwXq+gXEHl07k3sIGAPwAP/BGl03j3cCFgP2A/y/FVw4jm79FAH8Bfm+E1s0jGn4EAECBfm/Clo4h2fyCwIGBfjBBlk5g2DrBwIKBfbCCFs0
    f13mAwMOBfXFBFk4dFvhAAYTA/THAVk3AABFGCYJFAwQD/gWAABFHRIaE/0ICRECAABHIxYUDggJBQ8IAAA6KBgQFhgHCAUbAABEKyQQDgr/DPz5
    AABCJQ8aGAYLAAz4AAA5JiASFQMJDgX2AAA/NRgOEAMPDQEAAAA0MyIaDRYKAg4CLwA+NdwRBv8VPBcKTgBNNAcYDQQAJwoMSwBIOQMsFvwEEvcf
    SABTRxkdJBQAFBMIVAA+Ivov+AkWIfwNbGeoLx7X5B0yExVCbWWbR+zCDzofGCI0bmSlQ9Pl5T/zS1DnhWLOIPb8xyPtTEz/k14GJezxxg/3XSEk
    lF41OObcvwgbYx0+j2BDROfTtwg1bw8FjGNDQN/PuRI5bhX6impDPNrMuxk+ahD1gm1FQN7JuBdBbRXugnBHR+fKtA88axzygHNJTvDMsAc2aiL0
    eXtKVPvNrf8yaSH2dgBJVwDOq/osZiH7bIpIWP3GqgEyaRX4QwBIWQHGqQE0ag/4AAA/LBUUJBEMAAMGAAA/KxgUDhEMDAj4AAA4JR0YFBQFBRAC
    AABCHiEaFxQE9xT7AAA5MSkXGwUHBQEEAABAHiISEAcIDxAIAABKLh4NGf3yFRgBAAA/JyYOEAkfEPsAAAA+MhwKFQgHEgEGAAA1IBolBwsOFAsL
    AABAJSgTAxUBDgQAAAA9Jx4fBRMCAw4KAABFJBIXDQ4IBBEEAAAvKw8XGhgL/wAPAAAuLxUeCgsEAwoFAABBLg8fBw8OAgQNAAA+JRUYCRX2GhEN
    AABIKAsb/woTDP8E
    """
}
