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
    ("http://user:word@example.com", "http://example.com:80"),
    ("ollama.com", "https://ollama.com:443"),
    ("ollama.com:80", "http://ollama.com:80"),
  ])
  func host_isRead_inEveryForm(_ text: String, _ expected: String) throws {
    #expect(try OllamaHost(text).baseURL == expected)
  }

  @Test(arguments: [
    "ftp://example.com", "[::1]x", "a b", "http://example.com?x=1",
    "::::", "1::2::3", "[::::]:80", "[::1", "example..com", ".", "http://:::/", "a,b", "http://[]:80/",
  ])
  func host_isRefused_whenMalformed(_ text: String) async {
    #expect(await errorCode { _ = try OllamaHost(text) } == .configuration)
  }

  @Test(arguments: [
    ("example.com:", "", "http://example.com:11434"),
    (":66000", "66000", "http://127.0.0.1:11434"),
    (":-1", "-1", "http://127.0.0.1:11434"),
    (":0", "0", "http://127.0.0.1:11434"),
    ("https://example.com:x/y", "x", "https://example.com:443/y"),
    ("[::1]:99999", "99999", "http://[::1]:11434"),
  ])
  func portThatIsNone_isIgnored_andSaid(_ text: String, _ ignored: String, _ expected: String) throws {
    let host = try OllamaHost(text)
    #expect(host.baseURL == expected)
    #expect(host.ignoredPort == ignored)
  }

  @Test func credentials_ofTheAddress_areSentAndNotShown() async throws {
    let server = try recordedServer()
    let host = try OllamaHost("http://ann:a%20word@127.0.0.1:\(server.port)")
    _ = try await OllamaClient(host: host).version()
    _ = try await OllamaClient(host: host, apiKey: "key").version()
    #expect(server.requests.map { $0.headers["authorization"] } == ["Basic YW5uOmEgd29yZA==", "Bearer key"])
    let error = #expect(throws: CommentBotError.self) { try OllamaHost("ftp://ann:word@example.com") }
    #expect(error?.subject == "OLLAMA_HOST=ftp://…@example.com")
  }
}
