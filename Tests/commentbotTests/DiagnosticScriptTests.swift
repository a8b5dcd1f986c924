import Foundation
import TestSupport
import Testing

/// `data/scripts/diagnostic.sh` where the program runs, and where it does not even start.
struct DiagnosticScriptTests {
  private let home: Installation

  init() throws { home = try Installation() }

  private func run(_ program: URL?, _ arguments: String..., more: [String: String] = [:]) throws -> CommandResult {
    var environment = home.environment.merging(["COMMENTBOT_SERVICE": "none"]) { $1 }
    environment["COMMENTBOT"] = program?.path
    let script = Package.root.appending(path: "data/scripts/diagnostic.sh").path
    return try Command.run(script, arguments, environment: environment.merging(more) { $1 })
  }

  /// A copy of the program in which some bytes are others.
  private func damaged(_ text: String, _ other: String) throws -> URL {
    let file = home.file("commentbot")
    var bytes = try Data(contentsOf: URL(filePath: try Command.commentbot))
    let range = try #require(bytes.range(of: Data(text.utf8)))
    bytes.replaceSubrange(range, with: Data(other.utf8))
    try bytes.write(to: file)
    chmod(file.path, 0o755)
    return file
  }

  @Test func script_healthy_isDiagnose() throws {
    let program = URL(filePath: try Command.commentbot)
    let result = try run(program, "--json", "--only", "configuration")
    #expect(result.status == 0 && result.out.contains(#""id":"configuration.values""#), "\(result)")
    // Its status and its arguments go through.
    #expect(try run(program, "--only", "nothing").status == 64)
  }

  @Test(arguments: [
    ("libavformat.so.", "libavformax.so.", "libavformax.so.", "sudo apt-get install libavformax"),
    ("libwhisper.so.", "libwhisper.xx.", "libwhisper.xx.", "sudo apt-get install"),
    ("libllama.so.0", "libllama.so.9", "libllama.so.9", "data/scripts/build-engines.sh"),
    ("libsqlite3.so.0", "libsqlite3.so.7", "libsqlite3.so.7", "sudo apt-get install libsqlite3-7"),
  ])
  func script_missingLibrary_namesItAndWhatBringsIt(name: String, other: String, said: String, fix: String) throws {
    let result = try run(try damaged(name, other))
    #expect(result.status == 1)
    #expect(result.out.contains("✗ the library \(said)") && result.out.contains("→ \(fix)"), "\(result)")
  }

  /// The engines are hidden in a mount namespace of the test's own.
  @Test func script_enginesAway_saysWhatBuildsThem() throws {
    let pkg = try Command.run(
      "pkg-config", ["--variable=libdir", "whisper"],
      environment: ["PKG_CONFIG_PATH": "/usr/local/lib/pkgconfig:\(NSHomeDirectory())/.local/lib/pkgconfig"])
    let folder = pkg.out.trimmingCharacters(in: .whitespacesAndNewlines)
    try #require(pkg.status == 0 && !folder.isEmpty)
    let script = Package.root.appending(path: "data/scripts/diagnostic.sh").path
    let command =
      "mkdir -p '\(home.file("empty").path)' && mount --bind '\(home.file("empty").path)' '\(folder)' && '\(script)'"
    let result = try Command.run(
      "unshare", ["-rm", "sh", "-c", command],
      environment: home.environment.merging(["COMMENTBOT_SERVICE": "none", "COMMENTBOT": try Command.commentbot]) { $1 }
    )
    #expect(result.status == 1)
    for library in ["libwhisper.so.", "libllama.so."] {
      #expect(result.out.contains("the library \(library)"), "\(result)")
    }
    #expect(result.out.contains("→ data/scripts/build-engines.sh"))
  }

  @Test func script_builtForANewerSystem_saysSo() throws {
    // What every program starts with is of this version.
    let result = try run(try damaged("GLIBC_2.34", "GLIBC_2.99"))
    #expect(result.status == 1)
    #expect(result.out.contains("✗ libc.so.6 is too old: it has no GLIBC_2.99"), "\(result)")
    #expect(result.out.contains("→ data/scripts/setup.sh"), "\(result)")
  }

  @Test(arguments: [
    ("exited", 132, "does not start in the container", "deploy.sh deploy"),
    ("restarting", 127, "does not start in the container", "deploy.sh deploy"),
    ("exited", 137, "was killed, most likely for want of memory", "limits.memory"),
    ("exited", 78, "is not up: exited, exit status 78", "docker compose up -d --wait commentbot-core"),
  ])
  func script_containerThatIsDown_saysWhy(state: String, status: Int, said: String, fix: String) throws {
    let bin = home.file("bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let docker = bin.appending(path: "docker")
    // An engine with one container.
    let script = """
      #!/bin/sh
      case "$1" in
      compose) echo 0a1b ;;
      inspect) echo "\(state) \(status)" ;;
      logs) echo "the last line" ;;
      *) exit 125 ;;
      esac
      """
    try Data(script.utf8).write(to: docker)
    chmod(docker.path, 0o755)
    let result = try run(
      URL(filePath: try Command.commentbot), "--only", "clock.time",
      more: ["COMMENTBOT_SERVICE": "commentbot-core", "PATH": "\(bin.path):/usr/bin:/bin"])
    #expect(result.status == 1)
    for text in ["✗", said, "→", fix, "the last line", "it is 2"] {
      #expect(result.out.contains(text), "\(text): \(result)")
    }
  }

  @Test func script_killedAtItsStart_saysThatMemoryMayBeShort() throws {
    let file = home.file("commentbot")
    let built = try Command.run(
      "cc", ["-x", "c", "-o", file.path, "-"],
      input: Data("#include <signal.h>\nint main(){raise(SIGKILL);}".utf8))
    try #require(built.status == 0, "\(built.error)")
    let result = try run(file)
    #expect(result.status == 1 && result.out.contains("want of memory"), "\(result)")
  }

  @Test func script_noProgram_saysWhatBuildsIt() throws {
    let scripts = home.file("clone/data/scripts")
    try FileManager.default.createDirectory(at: scripts, withIntermediateDirectories: true)
    for name in ["diagnostic.sh", "lib.sh", "base.sh"] {
      try FileManager.default.copyItem(
        at: Package.root.appending(path: "data/scripts/\(name)"), to: scripts.appending(path: name))
    }
    let result = try Command.run(
      scripts.appending(path: "diagnostic.sh").path, [],
      environment: ["PATH": "/usr/bin:/bin", "PREFIX": home.file("prefix").path, "COMMENTBOT_SERVICE": "none"])
    #expect(result.status == 1)
    #expect(
      result.out.contains("✗ there is no commentbot") && result.out.contains("→ data/scripts/setup.sh"), "\(result)")
  }

  @Test func script_brokenProgram_saysInWhichWay() throws {
    let file = home.file("commentbot")
    try Data("this is a text\n".utf8).write(to: file)
    chmod(file.path, 0o644)
    #expect(try run(file).out.contains("may not be run by"))
    chmod(file.path, 0o755)
    #expect(try run(file).out.contains("is no program"))
    let program = try FileHandle(forReadingFrom: URL(filePath: try Command.commentbot))
    var head = try #require(try program.read(upToCount: 4096))
    try head.write(to: file)
    #expect(try run(file).out.contains("✗"))
    head[18] = head[18] == 0x3E ? 0xB7 : 0x3E
    try head.write(to: file)
    #expect(try run(file).out.contains("another kind of processor"))
    // As a processor ends a program that uses what it does not have.
    let illegal = try Command.run(
      "cc", ["-x", "c", "-o", file.path, "-"], input: Data("int main(){__builtin_trap();}".utf8))
    try #require(illegal.status == 0, "\(illegal.error)")
    let cpuinfo = home.file("cpuinfo")
    try Data("flags\t\t: sse2 avx\n".utf8).write(to: cpuinfo)
    let result = try run(file, more: ["CPUINFO": cpuinfo.path])
    #expect(result.status == 1)
    #expect(result.out.contains("this processor lacks") && result.out.contains("no avx2 bmi2"), "\(result)")
  }
}
