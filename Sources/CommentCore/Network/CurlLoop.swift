internal import CCurl
import Foundation
import Synchronization

/// The one thread on which libcurl runs, for all clients of the process: one multi handle, one pool of connections.
///
/// `@unchecked Sendable`: `multi` is set once before the thread starts; the thread alone uses it afterwards, except for
/// `curl_multi_wakeup`, which libcurl documents as safe from any thread. `transfers` is touched by the thread alone.
/// Everything else is behind `inbox`. The loop lives as long as the process, so nothing is used after its end.
final class CurlLoop: @unchecked Sendable {
  enum Command: Sendable {
    case start(HTTPRequest, HTTPExchange)
    case resume(ObjectIdentifier)
    case cancel(ObjectIdentifier)
  }

  static let shared = CurlLoop()

  private let multi: UnsafeMutableRawPointer?
  private let inbox = Mutex<[Command]>([])
  private var transfers: [ObjectIdentifier: CurlTransfer] = [:]

  private init() {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    multi = curl_multi_init()
    guard multi != nil else { return }
    // libcurl's own limit follows the number of transfers: with few of them it drops connections that come in handy.
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 256)
    let thread = Thread { self.run() }
    thread.name = "commentbot.curl"
    thread.start()
  }

  func post(_ command: Command) {
    guard let multi else {
      if case .start(let request, let exchange) = command {
        let error = CommentBotError(.io, "prepare", request.url, cause: "libcurl is out of memory")
        exchange.finish(.failure(error))
      }
      return
    }
    inbox.withLock { $0.append(command) }
    curl_multi_wakeup(multi)
  }

  // MARK: - On the thread

  private func run() {
    while true {
      let commands = inbox.withLock { inbox in
        defer { inbox = [] }
        return inbox
      }
      for command in commands { obey(command) }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      collectFinished()
      let wait = dropLate()
      curl_multi_poll(multi, nil, 0, wait, nil)
    }
  }

  private func obey(_ command: Command) {
    switch command {
    case .start(let request, let exchange):
      do {
        let transfer = try CurlTransfer(request, exchange: exchange)
        guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
          throw CommentBotError(.io, "prepare", request.url, cause: "libcurl is out of memory")
        }
        transfers[ObjectIdentifier(exchange)] = transfer
      } catch {
        exchange.finish(.failure(error))
      }
    case .resume(let id): transfers[id]?.resume()
    case .cancel(let id): remove(id)
    }
  }

  /// Takes the transfer off the multi handle; one that is under way loses its connection.
  private func remove(_ id: ObjectIdentifier) {
    guard let transfer = transfers.removeValue(forKey: id) else { return }
    curl_multi_remove_handle(multi, transfer.easy)
  }

  private func collectFinished() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE else { continue }
      let code = message.pointee.data.result
      var pointer: UnsafeMutableRawPointer?
      ccurl_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &pointer)
      guard let pointer else { continue }
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue()
      remove(ObjectIdentifier(transfer.exchange))
      transfer.finish(code)
    }
  }

  /// Ends the transfers whose deadline has passed.
  /// - Returns: milliseconds until the next deadline.
  private func dropLate() -> Int32 {
    let now = ContinuousClock.now
    var wait = Int32.max
    for (id, transfer) in transfers {
      guard let deadline = transfer.deadline else { continue }
      if deadline <= now, !transfer.extendWhileSending() {
        remove(id)
        transfer.exchange.finish(.failure(transfer.timeoutError))
      } else {
        // Rounded up, so that the loop does not spin for the last millisecond.
        wait = min(wait, Int32(clamping: Int64(((transfer.deadline ?? now) - now) / .milliseconds(1)) + 1))
      }
    }
    return wait
  }
}
