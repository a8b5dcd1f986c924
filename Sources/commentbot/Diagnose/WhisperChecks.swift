import ArgumentParser
import CommentCore
import Foundation
import Whisper

/// A whisper service that transcribes in place of this process.
enum WhisperChecks {
  static let all = [
    Check(.whisper, "service", "whether the whisper service answers") { diagnosis in
      guard let url = diagnosis.settings.whisperURL else { return nil }
      do {
        let service = try await ask(url, diagnosis)
        return .ok("the whisper service at \(service.identity.engine) answers; its model: \(service.identity.model)")
      } catch let error as CommentBotError {
        return .failure("\(error.subject): \(error.cause)", fix: start(diagnosis.place, error))
      }
    },
    Check(.whisper, "version", "the whisper service's version") { diagnosis in
      guard let url = diagnosis.settings.whisperURL, let service = try? await ask(url, diagnosis) else { return nil }
      return version(service.service, diagnosis.place)
    },
  ]

  /// Only asks what the service is: no model is loaded here.
  private static func ask(_ url: String, _ diagnosis: Diagnosis) async throws -> RemoteTranscriber {
    try await RemoteTranscriber(
      ServiceAddress(url), apiKey: diagnosis.settings.whisperKey, model: diagnosis.settings.serviceModel,
      vadModel: diagnosis.home.models)
  }

  private static func start(_ place: Place, _ error: CommentBotError) -> String {
    if case .image = place, [.unreachable, .configuration].contains(error.code) || error.hint == nil {
      return place.outside("", compose: "up --detach --wait whisper-service")
    }
    if case .unit = place { return "sudo systemctl restart commentbot-whisper    # or the service of WHISPER_URL" }
    return error.hint ?? "unset WHISPER_URL"
  }

  private static func version(_ service: String, _ place: Place) -> Finding {
    let own = "commentbot \(CommentBot.configuration.version)"
    guard service.hasPrefix("commentbot "), service != own else { return .ok("the service is \(service)") }
    let isOlder = service.compare(own, options: .numeric) == .orderedAscending
    return .warning(
      "the service is \(service), this is \(own)",
      fix: place.renewed(
        by: "git pull && data/scripts/setup.sh    # \(isOlder ? "on the service's machine" : "here"), then restart it"))
  }
}
