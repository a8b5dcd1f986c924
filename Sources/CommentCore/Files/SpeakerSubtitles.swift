/// The subtitles of a transcript in which speakers may be told apart, in the order of their starts.
///
/// Each speaker's words are broken into subtitles by themselves, because people speak at the same time. Their subtitles
/// then overlap, which players show one above the other.
struct SpeakerSubtitles {
  let transcript: Transcript
  let options: SubtitleOptions
  /// Makes a line of readable subtitles harmless for the kind of file.
  let escape: (String) -> String

  var cues: [SubtitleCue] {
    guard transcript.hasSpeakers else { return cues(of: transcript, speaker: nil).map(\.cue) }
    let speakers = transcript.segments.map(\.speaker).reduce(into: [String?]()) { found, speaker in
      if !found.contains(speaker) { found.append(speaker) }
    }
    let all = speakers.flatMap { speaker in
      var own = transcript
      own.segments.removeAll { $0.speaker != speaker }
      return cues(of: own, speaker: speaker)
    }
    return Self.apart(all.sorted { $0.cue.start < $1.cue.start })
  }

  private typealias Timed = (cue: SubtitleCue, spokenEnd: Int)

  private func cues(of transcript: Transcript, speaker: String?) -> [Timed] {
    switch options.style {
    case .raw:
      return RawSubtitles(segments: transcript.segments, options: options).cues.map { cue in
        var cue = cue
        cue.speaker = speaker
        return (cue, cue.end)
      }
    case .readable:
      let columns = SubtitleLayout.lineColumns - SegmentText.label(speaker).count
      return ReadableSubtitles(transcript, lineColumns: columns).cues.map { cue in
        let text = cue.lines.map { escape(SubtitleCue.harmless($0)) }.joined(separator: "\n")
        return (SubtitleCue(start: cue.start, end: cue.end, text: text, speaker: speaker), cue.spokenEnd)
      }
    }
  }

  /// A subtitle that stays to be read leaves when somebody else begins after its words.
  private static func apart(_ cues: [Timed]) -> [SubtitleCue] {
    cues.indices.map { index in
      var cue = cues[index].cue
      let next = cues[(index + 1)...].first { $0.cue.start >= max(cues[index].spokenEnd, cue.start + 1) }
      if let next { cue.end = min(cue.end, next.cue.start) }
      return cue
    }
  }
}
