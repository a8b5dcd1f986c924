import ArgumentParser

/// A number of bytes as people write it: `500000`, `200MB`, `1.5 GB`, `2GiB`.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  private static let units: [String: Double] = [
    "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
  ]

  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let name = argument.dropFirst(digits.count).lowercased()
    guard let number = Double(digits), let unit = Self.units[name.hasPrefix(" ") ? String(name.dropFirst()) : name]
    else { return nil }
    let product = (number * unit).rounded()
    guard product < 9e18 else { return nil }
    bytes = Int(product)
  }
}
