import Foundation

/// A header's value with its parameters, such as `form-data; name="file"; filename="talk.mp3"`.
struct HeaderParameters: Equatable {
  /// In lower case.
  var value: String
  /// Names in lower case.
  var parameters: [String: String] = [:]

  init(_ text: String) {
    let parts = Self.split(text)
    value = parts[0].trimmingCharacters(in: .whitespaces).lowercased()
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let name = part[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
      parameters[name] = Self.unquoted(part[part.index(after: equals)...].trimmingCharacters(in: .whitespaces))
    }
  }

  /// At the semicolons that stand outside of quotes.
  private static func split(_ text: String) -> [String] {
    var parts = [""]
    var (isQuoted, isEscaped) = (false, false)
    for character in text {
      if isQuoted || character != ";" { parts[parts.count - 1].append(character) } else { parts.append("") }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = character == "\\" && !isEscaped && isQuoted
    }
    return parts
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count >= 2, text.first == "\"", text.last == "\"" else { return text }
    // Browsers write a quotation mark as %22, others with a backslash before it.
    return String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("%22", with: "\"")
  }
}
