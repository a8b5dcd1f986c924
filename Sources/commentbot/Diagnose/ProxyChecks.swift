import CommentCore
import Foundation

/// What is in front of the service, looked at from outside: through its public address.
enum ProxyChecks {
  /// Days before the end of a certificate that should have been renewed by then.
  private static let fewDays = 14.0
  /// Bytes under which an hour of audio does not get through in any common format.
  private static let hourBytes = 115_000_000

  static let all = [
    Check(.proxy, "reachable", "whether CommentBot answers at its public address") { diagnosis in
      guard let url = address(diagnosis) else {
        return .ok("serve.public_url is not set: nothing in front is looked at")
      }
      guard let version = try await version(at: url) else {
        let (text, fix) = ("\(url) is not answered by CommentBot", "curl -v \(url)/health/live    # shows what answers")
        // A router may not let those inside come by the address that others use.
        if case .image = diagnosis.place, await !isThere(url) {
          return .warning("\(url) cannot be reached from this container; others may", fix: "\(fix), on the host")
        }
        return .failure(text, fix: fix)
      }
      return .ok("CommentBot \(version) answers at \(url)")
    },
    Check(.proxy, "keys", "whether the public address asks for a key") { diagnosis in
      guard let url = address(diagnosis), let answer = try? await get(url + "/v1/jobs") else { return nil }
      return answer.status == 200
        ? .failure(
          "everybody can use \(url): it asks for no key", fix: "commentbot keys create --scopes read,write,admin")
        : .ok("\(url) asks for a key")
    },
    Check(.proxy, "certificate", "whether clients trust the certificate") { diagnosis in
      guard let url = secure(diagnosis) else { return nil }
      do {
        _ = try await Blocking.run { try ServerConnection(url).certificateExpires }
        return .ok("the certificate is trusted")
      } catch let error as CommentBotError {
        // Whether anybody answers is another check's to tell.
        guard await isThere(url) else { return nil }
        return .failure(
          "\(url): \(error.cause)",
          fix: "openssl s_client -connect \(endpoint(url)) </dev/null | openssl x509 -noout -issuer -ext subjectAltName"
            + "    # who gave it, and for which name")
      }
    },
    Check(.proxy, "certificate_expiry", "when the certificate ends") { diagnosis in
      guard let url = secure(diagnosis) else { return nil }
      let end = try? await Blocking.run { try ServerConnection(url, checksCertificate: false).certificateExpires }
      return (end ?? nil).map { expiry($0, diagnosis) }
    },
    Check(.proxy, "body_limit", "the largest upload that gets through") { diagnosis in
      guard let url = address(diagnosis), let probe = UploadProbe(url), await isThere(url) else {
        return nil
      }
      let wanted = diagnosis.settings.jobs.maxBytes
      return try await Blocking.run { bodyLimit(try probe.limit(upTo: wanted), wanted, url, diagnosis.place) }
    },
  ]

  private static func expiry(_ end: Date, _ diagnosis: Diagnosis) -> Finding {
    let days = end.timeIntervalSince(diagnosis.now()) / 86_400
    var fix = "sudo certbot renew && sudo systemctl reload nginx    # with docker-compose.prod.yml: deploy.sh deploy"
    if case .image = diagnosis.place {
      fix = "docker logs commentbot-traefik-1    # on the host: why it could not renew it (nginx: commentbot-certbot-1)"
    }
    if days < 0 { return .failure("the certificate ended on \(end.ISO8601Format())", fix: fix) }
    let text = "the certificate ends in \(Int(days)) days, on \(end.ISO8601Format())"
    return days < fewDays ? .warning(text, fix: fix) : .ok(text)
  }

  private static func bodyLimit(_ limit: Int?, _ wanted: Int, _ url: String, _ place: Place) -> Finding {
    // Proxies count in round numbers: a little less is as good.
    guard let limit, limit < wanted / 10 * 9 else {
      return .ok("uploads of \(TimeText.bytes(limit ?? wanted)) get through \(url)")
    }
    let text =
      "uploads of more than about \(TimeText.bytes(limit)) are refused (413); the service takes \(TimeText.bytes(wanted))"
    let megabytes = (wanted + (1 << 20) - 1) >> 20
    var fix = "of the proxy: nginx client_max_body_size \(megabytes)m; Traefik maxRequestBodyBytes: \(wanted)"
    if case .image = place {
      fix =
        "in data/config/traefik/routes.yml: maxRequestBodyBytes: \(wanted)    # nginx, in templates: client_max_body_size "
        + "\(megabytes)m; then: docker compose restart"
    }
    return limit < hourBytes ? .failure(text, fix: fix) : .warning(text, fix: fix)
  }

  // MARK: - Asking

  private static func address(_ diagnosis: Diagnosis) -> String? {
    diagnosis.settings.serve.publicURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  private static func secure(_ diagnosis: Diagnosis) -> String? {
    address(diagnosis).flatMap { $0.lowercased().hasPrefix("https:") ? $0 : nil }
  }

  private static func endpoint(_ url: String) -> String {
    let parts = URLComponents(string: url)
    return "\(parts?.host ?? ""):\(parts?.port ?? 443)"
  }

  private static func isThere(_ url: String) async -> Bool {
    (try? await Blocking.run { _ = try ServerConnection(url, checksCertificate: false) }) != nil
  }

  private static func get(_ url: String) async throws -> HTTPResponse {
    let patience = HTTPTimeouts(connect: .seconds(3), firstByte: .seconds(5), idle: .seconds(5))
    return try await CurlClient().send(HTTPRequest(.get, url, timeouts: patience))
  }

  /// The version of the CommentBot at an address; nil when something else is there, or nothing.
  static func version(at url: String) async throws -> String? {
    struct Document: Decodable {
      struct Info: Decodable { var title, version: String }
      var info: Info
    }
    guard let answer = try? await get(url + "/openapi.json"), answer.status == 200,
      let text = try? await answer.body.collect(limit: 4 << 20),
      let info = try? JSONDecoder().decode(Document.self, from: text).info, info.title == "CommentBot"
    else { return nil }
    return info.version
  }

  /// The time that the public address tells; nil when it tells none.
  static func date(_ diagnosis: Diagnosis) async throws -> Date? {
    guard let url = address(diagnosis), let text = try? await get(url + "/health/live").header("Date") else {
      return nil
    }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return formatter.date(from: text)
  }
}
