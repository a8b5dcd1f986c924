import CommentCore
import Synchronization

/// Turns what a pipeline tells into a job's news.
final class JobTeller: Sendable {
  private let news: JobNews
  private let writing = Mutex((kind: "", text: WritingText()))

  init(_ news: JobNews) {
    self.news = news
  }

  func handle(_ event: PipelineEvent) {
    switch event {
    case .stage(let stage, _): news.stage(stage)
    case .progress(let stage, let done, let total): news.progress(stage, done: min(done, total), total: total)
    case .window(let window, let speaker):
      for segment in window.segments { news.segment(segment, speaker: speaker) }
    case .writing(let kind?, _): writing.withLock { $0 = (kind, WritingText()) }
    case .writing(nil, let text?): write(text)
    case .writing(nil, nil): break
    case .kept(let kind, let model): news.notice("\(kind) stays as \(model) wrote it")
    case .written: break
    case .uncombined(let kind, let cause): news.notice("\(kind): the items of the parts are not combined: \(cause)")
    case .resumed(let seconds): news.notice("\(ClockText.of(seconds)) of audio was transcribed earlier")
    case .waiting(let seconds, let cause): news.notice("\(cause); asked again in \(TimeText.span(seconds))")
    }
  }

  /// What the piece adds to the text for people; items are lines.
  private func write(_ piece: String) {
    writing.withLock { writing in
      let before = writing.text.text
      writing.text.append(piece)
      let now = writing.text.text
      if now == before { return }
      let isSameItem = now.hasPrefix(before)
      news.comment(writing.kind, text: isSameItem ? String(now.dropFirst(before.count)) : "\n" + now)
    }
  }
}
