import Foundation
import Testing

@testable import CommentCore

struct JobEndingTests {
  private static let now = Date(timeIntervalSince1970: 1_700_000_000)

  @Test func delay_doublesUpToTheCap() {
    let backoff = JobBackoff(base: 5, cap: 600, snooze: 30)
    let limits = (1...9).map { backoff.delay(afterAttempt: $0, random: 1) }
    #expect(limits == [10, 20, 40, 80, 160, 320, 600, 600, 600])
    #expect(backoff.delay(afterAttempt: 1_000_000, random: 1) == 600)
    // Full jitter: from nothing on.
    #expect(backoff.delay(afterAttempt: 3, random: 0) == 0 && backoff.delay(afterAttempt: 3, random: 0.25) == 10)
    #expect(backoff.snoozeDelay(random: 0) == 15 && backoff.snoozeDelay(random: 1) == 30)
  }

  @Test func retry_isAtARandomTimeWithinTheDelay() {
    for random in [0, 0.5, 1] {
      let ending = JobEnding(
        .retry(.ofATest), of: Self.standing(attempt: 2), at: Self.now, backoff: JobBackoff(base: 5), random: random)
      #expect((ending.state, ending.end, ending.attempt) == (.queued, .retry, 2))
      #expect(ending.runAt == Self.now + random * 20)
    }
  }

  @Test func success_afterACancelRequest_staysCancelledOnlyWhenThereIsNoResult() {
    var standing = Self.standing(attempt: 1)
    standing.isCancelRequested = true
    let done = JobEnding(.succeeded(.make()), of: standing, at: Self.now, backoff: JobBackoff(), random: 0)
    #expect((done.state, done.end) == (.succeeded, .succeeded))
    let failed = JobEnding(.failed(.ofATest), of: standing, at: Self.now, backoff: JobBackoff(), random: 0)
    #expect((failed.state, failed.end, failed.error) == (.cancelled, .cancelled, .ofATest))
  }

  @Test func expiry_countsAsACrashNotAsAGivenBackAttempt() {
    let ending = JobEnding(expiryOf: Self.standing(attempt: 2), at: Self.now)
    #expect((ending.state, ending.end, ending.attempt, ending.crashes) == (.queued, .expired, 2, 1))
    #expect(ending.runAt == Self.now)
  }

  private static func standing(attempt: Int) -> JobEnding.Standing {
    JobEnding.Standing(attempt: attempt, maxAttempts: 5, crashes: 0, maxCrashes: 3, isCancelRequested: false)
  }
}
