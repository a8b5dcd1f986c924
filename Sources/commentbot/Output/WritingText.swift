/// The texts within JSON that is still being written: what stands between quotation marks behind `"text":`.
struct WritingText {
  /// The last item's text so far.
  private(set) var text = ""
  private var json = ""
  private static let mark = "\"text\":"

  mutating func append(_ part: String) {
    json += part
    guard let mark = json.ranges(of: Self.mark).last else { return }
    json = String(json[mark.lowerBound...])
    let value = json.dropFirst(Self.mark.count).drop { $0 != "\"" }.dropFirst()
    var written = ""
    var isEscaped = false
    for character in value {
      if isEscaped {
        written.append(character == "n" || character == "t" ? " " : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        written.append(character)
      }
    }
    text = written
  }
}
