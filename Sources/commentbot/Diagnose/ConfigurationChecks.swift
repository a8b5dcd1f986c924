import CommentCore
import Foundation

/// Whether the settings can be read.
enum ConfigurationChecks {
  static let all = [
    Check(.configuration, "values", "settings of file and environment") { diagnosis in
      guard let fault = diagnosis.settingsFault else { return .ok("read without errors") }
      return .failure(
        "\(fault.subject): \(fault.cause)", fix: fault.hint ?? "edit \(diagnosis.home.configuration.path)")
    }
  ]
}
