import CommentCore
import Foundation
import TestSupport
import Testing

@testable import Whisper

@Suite struct ServiceAddressTests {
  @Test(arguments: [
    ("http://127.0.0.1:9000", "http://127.0.0.1:9000", true), ("http://host:9000/", "http://host:9000", false),
    ("https://api.example.com/v1", "https://api.example.com", true), ("\"HTTP://host\"", "http://host", false),
    ("https://example.com/whisper/v1/", "https://example.com/whisper", true),
    ("http://[::1]:9000/v1", "http://[::1]:9000", true), (" http://localhost:80 ", "http://localhost:80", true),
  ])
  func address_isRead(text: String, base: String, keepsSecrets: Bool) throws {
    let address = try ServiceAddress(text)
    #expect(address.base == base && address.keepsSecrets == keepsSecrets)
  }

  @Test(arguments: [
    "", "host", "host:9000", "ftp://host", "http://", "http://:9000", "http://host:0", "http://host:65536",
    "http://host:x", "http://host?key=x", "http://host#x", "http://a b", "http://[::1", "::::",
  ])
  func malformedAddress_isRefused(text: String) async {
    #expect(await errorCode { _ = try ServiceAddress(text) } == .configuration)
  }

  @Test(arguments: ["http://user:geheim@host:9000", "user:geheim@host", "https://geheim@host/v1", "http://a:ge/heim@b"])
  func credentials_areRefusedAndNotRepeated(text: String) throws {
    let error = #expect(throws: CommentBotError.self) { try ServiceAddress(text) }
    #expect(error?.code == .configuration && error?.cause.contains("WHISPER_API_KEY") == true)
    #expect("\(error.map(String.init(describing:)) ?? "")".contains("heim") == false)
  }

  @Test func retryAfter_isSecondsOrADate() {
    let now = Date(timeIntervalSince1970: 784_111_770)
    #expect(RetryPolicy.retryAfter("120") == .seconds(120))
    #expect(RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:49:37 GMT", now: now) == .seconds(7))
    #expect(RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:49:37 GMT") == .zero)
    for text in [nil, "soon", "-1", ""] { #expect(RetryPolicy.retryAfter(text) == nil) }
  }

  @Test func pauses_growWithinBounds_andEnd() {
    let policy = RetryPolicy.patient
    for (index, delay) in policy.delays.enumerated() {
      let pause = policy.pause(after: index + 1, retryAfter: nil)
      #expect(pause.map { $0 >= delay / 2 && $0 <= delay } == true)
    }
    #expect(policy.pause(after: policy.delays.count + 1, retryAfter: nil) == nil)
    #expect(policy.shortened.delays.count == 3)
  }
}
