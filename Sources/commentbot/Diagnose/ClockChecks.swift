import CommentCore
import Foundation

/// The clock, by which keys, certificates and copies are judged.
enum ClockChecks {
  /// Seconds that clocks may differ by.
  private static let tolerance = 120.0
  private static func fix(_ place: Place) -> String { place.outside("sudo timedatectl set-ntp true") }

  static let all = [
    Check(.clock, "time", "whether the clock can be right") { diagnosis in plausible(diagnosis) },
    Check(.clock, "library", "the clock against the newest entry of the library") { diagnosis in
      guard let library = try await diagnosis.currentLibrary(),
        let newest = try await Blocking.run({ try library.newestTime() })
      else { return nil }
      let ahead = newest.timeIntervalSince(diagnosis.now())
      return ahead > tolerance
        ? .failure(
          "the newest entry of the library is \(TimeText.span(ahead)) in the future", fix: fix(diagnosis.place))
        : .ok("nothing in the library is in the future")
    },
    Check(.clock, "proxy", "the clock against that of the public address") { diagnosis in
      guard let date = try await ProxyChecks.date(diagnosis) else { return nil }
      let difference = abs(date.timeIntervalSince(diagnosis.now()))
      return difference > tolerance
        ? .failure(
          "the clock differs by \(TimeText.span(difference)) from the public address's", fix: fix(diagnosis.place))
        : .ok("the clock agrees with the public address's")
    },
  ]

  /// This program cannot be newer than now.
  private static func plausible(_ diagnosis: Diagnosis) -> Finding {
    let now = diagnosis.now()
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    let facts = try? FileManager.default.attributesOfItem(atPath: program)
    let text = "it is \(now.ISO8601Format())"
    guard let built = facts?[.modificationDate] as? Date, now < built.addingTimeInterval(-86_400) else {
      return .ok(text)
    }
    return .failure("\(text), and this program was built on \(built.ISO8601Format())", fix: fix(diagnosis.place))
  }
}
