import Testing

@testable import commentbot

/// How often one may ask, and how slow a client may be; time is passed in.
struct RateTests {
  @Test func bucket_isEmpty_fillsWithTime() {
    let start = ContinuousClock.now
    var bucket = TokenBucket(perMinute: 60, at: start)
    for left in (0..<60).reversed() {
      let rate = bucket.take(at: start)
      #expect(rate.isAllowed && rate.remaining == left)
    }
    let refused = bucket.take(at: start + .milliseconds(500))
    #expect(!refused.isAllowed && refused.retryAfter == 1 && refused.reset == 60)
    #expect(bucket.take(at: start + .seconds(1)).isAllowed)
    #expect(!bucket.take(at: start + .seconds(1)).isAllowed)
    // Never more than one minute's, however long it was not used; nor from a clock that goes back.
    #expect(bucket.take(at: start + .seconds(9999)).remaining == 59)
    #expect(bucket.take(at: start).remaining == 58)
  }

  @Test func limiter_manyNames_staysSmallAndApart() {
    let limiter = RateLimiter(perMinute: 1)
    let start = ContinuousClock.now
    for number in 0..<25_000 {
      #expect(limiter.take("\(number)", at: start + .milliseconds(number))?.isAllowed == true)
    }
    #expect(limiter.take("24999", at: start + .seconds(25))?.isAllowed == false)
    #expect(RateLimiter(perMinute: 0).take("a") == nil)
  }

  @Test func addresses_ofOneNetwork_areOne() {
    #expect(ClientAddress("2001:db8::1").network == ClientAddress("2001:db8:0:0:5:6:7:8").network)
    #expect(ClientAddress("2001:db8:0:1::1").network != ClientAddress("2001:db8::1").network)
    #expect(ClientAddress("10.0.0.1").network != ClientAddress("10.0.0.2").network)
    #expect(ClientAddress("::ffff:127.0.0.1").isLoopback && !ClientAddress("10.0.0.1").isLoopback)
  }

  @Test func pace_tooSlow_isOver() {
    let start = ContinuousClock.now
    var pace = ClientPace(patience: .seconds(10))
    #expect(!pace.isOver(at: start + .seconds(99)))
    pace.begin()
    pace.wait(from: start)
    #expect(!pace.isOver(at: start + .seconds(10)) && pace.isOver(at: start + .seconds(11)))
    pace.receive(5000, at: start + .seconds(5))
    // While the server does not ask for more, its client is not to blame.
    #expect(!pace.isOver(at: start + .seconds(999)))
    pace.wait(from: start + .seconds(1000))
    #expect(!pace.isOver(at: start + .seconds(1015)) && pace.isOver(at: start + .seconds(1016)))
    pace.end()
    #expect(!pace.isOver(at: start + .seconds(9999)))
  }

  @Test func pace_bodyGoesOnAfterTheAnswer_isOver() {
    let start = ContinuousClock.now
    var pace = ClientPace(patience: .seconds(10))
    pace.begin()
    pace.wait(from: start)
    pace.answer(at: start)
    #expect(!pace.isOver(at: start + .seconds(4)) && pace.isOver(at: start + .seconds(5)))
    pace.receive(ClientPace.leftoverBytes + 1, at: start)
    #expect(pace.isOver(at: start))
  }

  @Test func client_thatTakesNothing_isOver_oneThatTakesALittleIsNot() {
    let start = ContinuousClock.now
    var pace = ClientPace(patience: .seconds(10))
    for second in stride(from: 0, to: 100, by: 9) {
      pace.fill(1000 - second, at: start + .seconds(second))
      #expect(pace.isOpen && !pace.isOver(at: start + .seconds(second + 9)))
    }
    pace.drain()
    #expect(!pace.isOpen && !pace.isOver(at: start + .seconds(999)))
    pace.fill(1000, at: start)
    // Neither being told so again nor another request gives it more time.
    pace.fill(1000, at: start + .seconds(9))
    pace.begin()
    #expect(!pace.isOver(at: start + .seconds(10)) && pace.isOver(at: start + .seconds(11)))
  }
}
