import Foundation

/// Runs a program to its end, blocking the calling thread: for use on an executor that may block.
///
/// The program leads a process group of its own and has no signal ignored or blocked, whatever this process does with
/// them: Foundation's `Process` would hand down an ignored SIGINT and SIGTERM, and the program could not be stopped.
enum ChildProcess {
  /// How long the program has to end by itself once it is told to.
  private static let grace = Duration.seconds(1)

  /// - Parameters:
  ///   - arguments: the program, searched on the PATH, and its arguments.
  ///   - log: file that takes what the program writes.
  ///   - tick: called about ten times a second; throwing ends the program and all that it started, and is passed on.
  /// - Returns: the exit status; 127 when there is no such program, 128 and the signal's number when one ended it.
  static func run(
    _ arguments: [String], environment: [String: String], log: URL, tick: () throws -> Void = {}
  ) throws -> Int32 {
    let output = open(log.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard output >= 0 else { throw CommentBotError(errno: errno, "write", log.path) }
    defer { close(output) }
    let child = try spawn(arguments, environment: environment, output: output)
    do {
      while true {
        if let status = try exitStatus(of: child) { return status }
        try tick()
        usleep(100_000)
      }
    } catch {
      end(child)
      throw error
    }
  }

  /// nil while it runs.
  private static func exitStatus(of child: pid_t) throws -> Int32? {
    var status: Int32 = 0
    switch waitpid(child, &status, WNOHANG) {
    case 0: return nil
    case child: return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    default: throw CommentBotError(errno: errno, "wait for", "process \(child)")
    }
  }

  private static func end(_ child: pid_t) {
    let deadline = ContinuousClock.now + grace
    kill(-child, SIGTERM)
    var isRunning = true
    while isRunning, .now < deadline {
      usleep(20_000)
      isRunning = (try? exitStatus(of: child)) == .some(nil)
    }
    // Also those that it started and that did not listen.
    kill(-child, SIGKILL)
    if isRunning { while waitpid(child, nil, 0) < 0, errno == EINTR {} }
  }

  private static func spawn(_ arguments: [String], environment: [String: String], output: Int32) throws -> pid_t {
    #if canImport(Darwin)
      var (attributes, actions): (posix_spawnattr_t?, posix_spawn_file_actions_t?) = (nil, nil)
    #else
      var (attributes, actions) = (posix_spawnattr_t(), posix_spawn_file_actions_t())
    #endif
    posix_spawnattr_init(&attributes)
    posix_spawn_file_actions_init(&actions)
    defer {
      posix_spawnattr_destroy(&attributes)
      posix_spawn_file_actions_destroy(&actions)
    }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for descriptor: Int32 in [1, 2] { posix_spawn_file_actions_adddup2(&actions, output, descriptor) }

    let words = (["env"] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, words, variables)
    guard failure == 0 else { throw CommentBotError(errno: failure, "run", arguments[0]) }
    return child
  }
}
