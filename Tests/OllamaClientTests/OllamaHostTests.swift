import CommentCore
import OllamaClient
import TestSupport
import Testing

@Suite struct OllamaHostTests {
  @Test(arguments: [
    ("", "http://127.0.0.1:11434"),
    ("  ", "http://127.0.0.1:11434"),
    ("example.com", "http://example.com:11434"),
    ("example.com:1234", "http://example.com:1234"),
    (":1234", "http://127.0.0.1:1234"),
    ("1.2.3.4", "http://1.2.3.4:11434"),
    ("\"1.2.3.4:80\"", "http://1.2.3.4:80"),
    ("0.0.0.0", "http://127.0.0.1:11434"),
    ("0.0.0.0:8080", "http://127.0.0.1:8080"),
    ("http://0.0.0.0", "http://127.0.0.1:80"),
    ("::1", "http://[::1]:11434"),
    ("::", "http://[::1]:11434"),
    ("[::]:8080", "http://[::1]:8080"),
    ("[::1]", "http://[::1]:11434"),
    ("[2001:db8::1]:1337", "http://[2001:db8::1]:1337"),
    ("2001:db8::1", "http://[2001:db8::1]:11434"),
    ("http://example.com", "http://example.com:80"),
    ("https://example.com", "https://example.com:443"),
    ("HTTPS://example.com:1234", "https://example.com:1234"),
    ("https://example.com/ollama/", "https://example.com:443/ollama"),
    ("example.com:56789/a/b", "http://example.com:56789/a/b"),
    ("https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"),
    ("fe80::1%eth0", "http://[fe80::1%eth0]:11434"),
    ("ollama_1.local.", "http://ollama_1.local.:11434"),
    ("http://example.com/", "http://example.com:80"),
  ])
  func host_isRead_inEveryForm(_ text: String, _ expected: String) throws {
    #expect(try OllamaHost(text).baseURL == expected)
  }

  @Test(arguments: [
    "ftp://example.com", "example.com:", "example.com:0", "example.com:65536", "example.com:x", "[::1]x", "a b",
    "http://user:word@example.com", "http://example.com?x=1",
    "::::", "1::2::3", "[::::]:80", "[::1", "example..com", ".", "http://:::/", "a,b", "http://[]:80/",
  ])
  func host_isRefused_whenMalformed(_ text: String) async {
    #expect(await errorCode { _ = try OllamaHost(text) } == .configuration)
  }
}
