import Foundation

/// How many files and connections this process may have open.
enum OpenFiles {
  /// What the rest of the process needs.
  private static let reserve = 256

  /// Raises the limit to what this user may have; shells give less for the sake of old programs.
  /// - Returns: how many of them may be connections.
  static func raiseLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return reserve }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return max(reserve, Int(limit.rlim_cur) - reserve)
  }
}
