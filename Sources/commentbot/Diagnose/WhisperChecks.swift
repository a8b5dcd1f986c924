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
        return .failure("\(error.subject): \(error.cause)", fix: error.hint ?? "unset WHISPER_URL")
      }
    },
    Check(.whisper, "version", "the whisper service's version") { diagnosis in
      guard let url = diagnosis.settings.whisperURL, let service = try? await ask(url, diagnosis) else { return nil }
      return version(service.service)
    },
  ]

  /// Only asks what the service is: no model is loaded here.
  private static func ask(_ url: String, _ diagnosis: Diagnosis) async throws -> RemoteTranscriber {
    try await RemoteTranscriber(
      ServiceAddress(url), apiKey: diagnosis.settings.whisperKey, model: diagnosis.settings.serviceModel,
      vadModel: diagnosis.home.models)
  }

  static func version(_ service: String) -> Finding {
    let own = "commentbot \(CommentBot.configuration.version)"
    guard service.hasPrefix("commentbot "), service != own else { return .ok("the service is \(service)") }
    return .warning("the service is \(service), this is \(own)", fix: "install the same version on both machines")
  }
}
