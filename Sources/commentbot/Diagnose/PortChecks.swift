import ArgumentParser
import CommentCore
import Foundation

/// The port of `commentbot serve`.
enum PortChecks {
  static let all = [
    Check(.ports, "serve", "whether the service can listen, or listens") { diagnosis in
      let serve = diagnosis.settings.serve
      guard serve.port > 0 else { return .ok("serve takes a free port") }
      let place = "\(serve.host):\(serve.port)"
      let code = try await Blocking.run { Self.bindError(serve.host, serve.port) }
      guard let code else { return .ok("\(place) is free for commentbot serve") }
      let at = diagnosis.place
      if code == EADDRINUSE {
        if let version = try await version(at: serve) { return running(version, place, at) }
        let text = "\(place) is taken by another program"
        let fix = at.setting("serve.port", "\(serve.port + 1)", "or end it: ss -ltnp 'sport = :\(serve.port)'")
        // Who has set nothing of the service may not want it.
        return serve == ServeSettings() ? .warning(text, fix: fix) : .failure(text, fix: fix)
      }
      return .failure("\(place): \(String(cString: strerror(code)).lowercased())", fix: fix(code, at))
    }
  ]

  private static func fix(_ code: Int32, _ place: Place) -> String {
    code == EACCES
      ? place.setting("serve.port", "8080", "those below 1024 are root's")
      : place.setting("serve.host", "127.0.0.1", "or an address that this machine has")
  }

  private static func running(_ version: String, _ at: String, _ place: Place) -> Finding {
    let own = CommentBot.configuration.version
    return version == own
      ? .ok("CommentBot \(version) serves at \(at)")
      : .warning(
        "CommentBot \(version) serves at \(at), this is \(own)",
        fix: place.outside(
          "sudo systemctl restart commentbot    # or end it, and start it again: commentbot serve",
          compose: "restart commentbot-core"))
  }

  /// The version of the CommentBot that listens there; nil when it is something else.
  private static func version(at serve: ServeSettings) async throws -> String? {
    let host = ["0.0.0.0", "::"].contains(serve.host) ? "127.0.0.1" : serve.host
    let name = host.contains(":") ? "[\(host)]" : host
    return try await ProxyChecks.version(at: "http://\(name):\(serve.port)")
  }

  /// - Returns: nil when the port can be listened on.
  static func bindError(_ host: String, _ port: Int) -> Int32? {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let address = list else { return EADDRNOTAVAIL }
    defer { freeaddrinfo(list) }
    let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, address.pointee.ai_protocol)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    // As the server does: connections that have just ended are no obstacle.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0, listen(descriptor, 1) == 0
    else { return errno }
    return nil
  }
}
