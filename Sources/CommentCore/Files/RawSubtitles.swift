/// Subtitles from segments or, where there are word times, from words: openai-whisper's `SubtitlesWriter`.
struct RawSubtitles {
  let segments: [Segment]
  let options: SubtitleOptions

  var cues: [SubtitleCue] {
    guard segments.first?.words != nil else {
      return segments.map { segment in
        SubtitleCue(
          start: time(segment.start), end: time(segment.end), text: SubtitleCue.harmless(SegmentText.line(segment)))
      }
    }
    return wordGroups().flatMap { options.highlightsWords ? highlighted($0) : [plain($0)] }
  }

  /// Times below 0 count as 0.
  private func time(_ seconds: Double) -> Int { max(0, PythonText.milliseconds(seconds)) }

  // MARK: - Words

  private func plain(_ words: [Word]) -> SubtitleCue {
    SubtitleCue(
      start: time(words.first?.start ?? 0), end: time(words.last?.end ?? 0),
      text: words.map(\.word).joined())
  }

  private func highlighted(_ words: [Word]) -> [SubtitleCue] {
    let whole = plain(words)
    var cues: [SubtitleCue] = []
    var last = whole.start
    for (index, word) in words.enumerated() {
      let (start, end) = (time(word.start), time(word.end))
      if last != start { cues.append(SubtitleCue(start: last, end: start, text: whole.text)) }
      let marked = words.enumerated().map { $0.offset == index ? underlined($0.element.word) : $0.element.word }
      cues.append(SubtitleCue(start: start, end: end, text: marked.joined()))
      last = end
    }
    return cues
  }

  /// `re.sub(r"^(\s*)(.*)$", r"\1<u>\2</u>", word)`: a line break inside the word leaves it as it is.
  private func underlined(_ word: String) -> String {
    let scalars = word.unicodeScalars
    let space = scalars.prefix(while: PythonText.isSpace)
    var rest = scalars.dropFirst(space.count)
    var end = ""
    if rest.last == "\n" {
      rest = rest.dropLast()
      end = "\n"
    }
    return rest.contains("\n") ? word : "\(String(space))<u>\(String(rest))</u>\(end)"
  }

  /// The words of each subtitle, stripped or preceded by a line break where a line begins.
  ///
  /// This follows `iterate_subtitles` step by step, its oddities included.
  private func wordGroups() -> [[Word]] {
    let keepsSegments = options.maxLineCount == nil || options.maxLineWidth == nil
    let maxWidth = options.maxLineWidth ?? 1000
    let maxWords = options.maxWordsPerLine ?? 1000
    let spoken = segments.map(words(of:))
    var last = spoken.lazy.joined().first?.start ?? segments.first?.start ?? 0
    var lineLength = 0
    var lineCount = 1
    var groups: [[Word]] = []
    var group: [Word] = []

    for words in spoken {
      for chunk in stride(from: 0, to: words.count, by: maxWords) {
        for (index, original) in words[chunk..<min(chunk + maxWords, words.count)].enumerated() {
          var word = original
          let length = PythonText.length(word.word)
          let longPause = !keepsSegments && word.start - last > 3
          let segmentBreak = index == 0 && !group.isEmpty && keepsSegments
          if lineLength > 0 && lineLength + length <= maxWidth && !longPause && !segmentBreak {
            lineLength += length
          } else {
            word.word = PythonText.strip(word.word)
            let isFull = options.maxLineCount.map { longPause || lineCount >= $0 } ?? false
            if !group.isEmpty && isFull || segmentBreak {
              groups.append(group)
              group = []
              lineCount = 1
            } else if lineLength > 0 {
              lineCount += 1
              word.word = "\n" + word.word
            }
            lineLength = PythonText.length(PythonText.strip(word.word))
          }
          group.append(word)
          last = word.start
        }
      }
    }
    return group.isEmpty ? groups : groups + [group]
  }

  /// A segment without word times among others that have them counts as one word, so that its text is not lost.
  private func words(of segment: Segment) -> [Word] {
    segment.words ?? [Word(word: segment.text, start: segment.start, end: segment.end, probability: 1)]
  }
}
