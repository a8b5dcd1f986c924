import CommentCore
import Foundation
import OllamaClient

/// Who reaches the service, and what leaves this machine.
enum ExposureChecks {
  static let all = [
    Check(.exposure, "keys", "whether the service asks for keys where others reach it") { try await keys($0) },
    Check(.exposure, "tls", "whether keys cross a network in the clear") { tls($0.settings.serve, $0.place) },
    Check(.exposure, "proxies", "whose word on where a request comes from is taken") {
      proxies($0.settings.serve, $0.place)
    },
    Check(.exposure, "origins", "web pages that may use the service") { origins($0.settings.serve, $0.place) },
    Check(.exposure, "paths", "folders whose files requests may name") { paths($0) },
    Check(.exposure, "callbacks", "callbacks to private addresses, and their signature") {
      callbacks($0.settings.jobs, $0.place)
    },
    Check(.exposure, "outgoing", "keys and recordings that are sent elsewhere") { outgoing($0.settings, $0.place) },
  ]

  private static func keys(_ diagnosis: Diagnosis) async throws -> Finding {
    let serve = diagnosis.settings.serve
    var (made, valid) = (0, 0)
    if let library = try await diagnosis.currentLibrary() {
      (made, valid) = try await Blocking.run { try library.keys() }
    }
    if made > 0, valid == 0 {
      return .warning("all keys are revoked: nobody can use the service", fix: "commentbot keys create")
    }
    if valid > 0 { return .ok("\(CountText.of(valid, "key")) open the door") }
    if SenderCheck.isLocal(serve.host) { return .ok("only this machine reaches \(serve.host); no key is asked for") }
    if serve.jwt != nil { return .ok("tokens are asked for") }
    return .failure(
      "other machines reach \(serve.host), and there are no keys: commentbot serve refuses to start",
      fix: "commentbot keys create --scopes read,write,admin")
  }

  private static func tls(_ serve: ServeSettings, _ place: Place) -> Finding {
    if let url = serve.publicURL {
      let host = URLComponents(string: url)?.host ?? ""
      if url.lowercased().hasPrefix("https:") || SenderCheck.isLocal(host) { return .ok("clients come by \(url)") }
      return .warning(
        "clients come by \(url): their keys can be read on the way",
        fix: "data/scripts/deploy.sh deploy --proxy traefik    # puts a proxy with TLS in front")
    }
    if SenderCheck.isLocal(serve.host) { return .ok("only this machine reaches \(serve.host)") }
    let networks = serve.proxies.networks.map(\.text).joined(separator: ", ")
    if !networks.isEmpty {
      return .ok("a proxy in \(networks) is in front; with serve.public_url its TLS is looked at too")
    }
    var fix = place.setting("serve.public_url", "https://HOST", "of a proxy in front")
    if case .image = place {
      fix = "docker compose port commentbot-core 8080    # 127.0.0.1 is well; else: deploy.sh deploy --proxy traefik"
    }
    return .warning(
      "other machines may reach \(serve.host), and neither serve.public_url nor serve.trusted_proxies names a proxy "
        + "that speaks TLS", fix: fix)
  }

  /// Limits and the log go by what a trusted proxy tells.
  private static func proxies(_ serve: ServeSettings, _ place: Place) -> Finding? {
    let networks = serve.proxies.networks
    if let open = networks.first(where: \.isOpenToAnybody) {
      return .warning(
        "serve.trusted_proxies has \(open.text): anybody may pretend to come from any address, and so goes around the "
          + "limits of requests and of wrong keys",
        fix: place.setting("serve.trusted_proxies", "ADDRESS", "of the proxy alone"))
    }
    if !networks.isEmpty { return .ok("only \(networks.map(\.text).joined(separator: ", ")) is believed") }
    guard let url = serve.publicURL, !SenderCheck.isLocal(URLComponents(string: url)?.host ?? "") else { return nil }
    var fix = place.setting(
      "serve.trusted_proxies", SenderCheck.isLocal(serve.host) ? "127.0.0.1,::1" : "ADDRESS", "of the proxy")
    if case .image = place {
      fix = "data/scripts/deploy.sh deploy --proxy traefik    # on the host: it names its proxy"
    }
    return .warning(
      "clients come by \(url), and serve.trusted_proxies names no proxy: all of them count as one address, and one with "
        + "wrong keys locks all out", fix: fix)
  }

  private static func origins(_ serve: ServeSettings, _ place: Place) -> Finding? {
    guard !serve.corsOrigins.isEmpty else { return nil }
    let clear = serve.corsOrigins.filter {
      $0.hasPrefix("http:") && !SenderCheck.isLocal(URL(string: $0)?.host() ?? "")
    }
    guard let first = clear.first else { return .ok("pages of \(serve.corsOrigins.joined(separator: ", "))") }
    return .warning(
      "pages of \(first) may use the service, and anybody on the way can change them",
      fix: place.setting("serve.cors_origins", first.replacing("http:", with: "https:")))
  }

  private static func paths(_ diagnosis: Diagnosis) -> Finding? {
    let paths = diagnosis.settings.jobs.allowedPaths
    guard !paths.isEmpty else { return nil }
    let own = [
      diagnosis.home.root.path, "/", "/etc", "/root", "/home", FileManager.default.homeDirectoryForCurrentUser.path,
    ]
    let wide = paths.first { path in
      let path = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
      return own.contains(path) || diagnosis.home.data.path.hasPrefix(path + "/")
    }
    guard let wide else { return .ok("requests may name files in \(paths.joined(separator: ", "))") }
    return .warning(
      "requests may name any file in \(wide)",
      fix: diagnosis.place.setting("jobs.allow_paths", "FOLDER", "one with recordings only"))
  }

  private static func callbacks(_ jobs: JobSettings, _ place: Place) -> Finding? {
    do {
      if try jobs.webhookSecret() == nil, !jobs.allowsPrivateCallbacks { return nil }
    } catch {
      let error = error as? CommentBotError
      return .failure("\(error?.subject ?? ""): \(error?.cause ?? "")", fix: error?.hint ?? "")
    }
    return jobs.allowsPrivateCallbacks
      ? .warning(
        "requests may have this network's own addresses called back",
        fix: place.setting("webhooks.allow_private", "false"))
      : .ok("callbacks are signed, and never go to private addresses")
  }

  /// Keys are not sent in the clear, so the other side will refuse; what is said there can be read on the way.
  private static func outgoing(_ settings: Settings, _ place: Place) -> Finding {
    let targets = [
      ("whisper.url", settings.whisperURL ?? ""), ("llm.url", settings.llmURL ?? ""),
      ("ollama.host", settings.ollamaHost ?? ""),
    ].filter { !$0.1.isEmpty }
    let clear = targets.first { !$0.1.lowercased().hasPrefix("https:") && !isLocal($0.1) }
    guard let (key, address) = clear else { return .ok("nothing leaves this machine in the clear") }
    return .warning(
      "\(OllamaHost.withoutCredentials(address)) is reached without TLS: recordings or transcripts can be read on the way, and keys are not sent",
      fix: place.setting(key, "https://HOST", "unless you trust the network in between"))
  }

  private static func isLocal(_ address: String) -> Bool {
    let url = address.contains("://") ? address : "http://\(address)"
    guard let host = URLComponents(string: url)?.host, !host.isEmpty else { return true }
    return SenderCheck.isLocal(host.lowercased()) || ["0.0.0.0", "::", "[::]"].contains(host) || !host.contains(".")
  }
}
