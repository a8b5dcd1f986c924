import ArgumentParser
import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// Installations that are broken in one place each: the check of that place says so, and what mends it.
struct DiagnoseChecksTests {
  /// In the image nothing can be installed, exported or given to another user: what mends it is done on the host.
  @Test(arguments: Broken.ofThisMachine + Broken.ofOthers)
  func check_ofABrokenContainer_saysWhatMendsItThere(broken: Broken) async throws {
    var home = try DiagnosedHome()
    try await broken.make(&home)
    home.diagnosis.place = .image(container: "3f2a9c")
    let fix = try #require(try await home.finding(broken.id)?.fix)
    #expect(!fix.contains(/^(export|unset|mv|chmod|sudo|commentbot) (?!.*# on the host)/), "\(fix)")
    #expect(!fix.contains(/apt-get|timedatectl(?!.*# on the host)|setup\.sh|build-engines/), "\(fix)")
    #expect(!fix.contains("/app/") || fix.contains("docker-compose.yml"), "\(fix)")
  }

  /// systemd's services have settings and a user of their own.
  @Test(
    arguments: (Broken.ofThisMachine + Broken.models + Broken.ofOthers).filter {
      !["container.user", "container.root"].contains($0.id)
    })
  func check_ofABrokenService_saysWhatMendsItThere(broken: Broken) async throws {
    var home = try DiagnosedHome()
    try await broken.make(&home)
    home.diagnosis.place = .unit("commentbot.service", home: home.diagnosis.home.root.path)
    let fix = try #require(try await home.finding(broken.id)?.fix)
    let typedByThisUser = #/^(export|unset|mv|chmod|mkdir|commentbot) /#
    #expect(!fix.contains(typedByThisUser) && !fix.contains("id -un"), "\(fix)")
  }

  @Test(arguments: Broken.ofThisMachine + Broken.models + Broken.ofOthers)
  func check_ofABrokenInstallation_namesIt(broken: Broken) async throws {
    var home = try DiagnosedHome()
    try await broken.make(&home)
    let finding = try #require(try await home.finding(broken.id), "nothing was said")
    #expect(finding.status == broken.status, "\(finding.evidence)")
    if let evidence = broken.evidence { #expect(finding.evidence.contains(evidence), "\(finding.evidence)") }
    let fix = try #require(finding.fix)
    #expect(!fix.isEmpty)
    for command in fix.split(separator: " && ") where command.hasPrefix("commentbot ") && !command.contains("--version")
    {
      let words = Array(DocumentTests.words(of: String(command)).dropFirst())
      #expect(throws: Never.self, "\(fix)") { _ = try CommentBot.parseAsRoot(words) }
    }
  }

  @Test(arguments: [true, false])
  func damagedDatabase_isReplacedByWhatIsSaid(hasBackup: Bool) async throws {
    let home = try DiagnosedHome()
    var library: Library? = try home.library()
    if hasBackup, let library {
      _ = try await BackupFolder(home.diagnosis.home.backups).add(
        Backup(of: home.diagnosis.home, library, version: "1"))
    }
    library = nil
    try home.write("bd/commentbot/commentbot.sqlite", String(repeating: "This is a text. ", count: 999))
    let fix = try #require(try await home.finding("database.integrity")?.fix)
    #expect(fix.hasPrefix(hasBackup ? "commentbot restore '" : "mkdir '"), "\(fix)")
    let command = try fix.replacing("commentbot", with: Command.commentbot, maxReplacements: hasBackup ? 1 : 0)
    let result = try Command.run("sh", ["-c", command], environment: home.home.environment)
    #expect(result.status == 0, "\(result.error)")
    #expect(try await home.finding("database.integrity")?.status == .ok)
    let kept = FileManager.default.enumerator(atPath: home.home.file("bd").path)?.allObjects as? [String] ?? []
    #expect(kept.contains { $0.contains(hasBackup ? "before-restore" : "/damaged-") }, "\(kept)")
  }

  @Test func checks_ofAHealthyInstallation_findNothing() async throws {
    var home = try DiagnosedHome()
    home.diagnosis.settings.ollamaHost = try SaidOllama().start()
    _ = try home.library()
    for check in Check.all where check.id != "machine.cpu" && check.id != "machine.threads" && !check.isDeep {
      let finding = try await check.finding(in: home.diagnosis)
      #expect(finding?.status ?? .ok == .ok, "\(check.id): \(finding?.evidence ?? "")")
    }
  }

  @Test func embeddedModel_thatNothingAsksFor_isNotMissed() async throws {
    var home = try DiagnosedHome()
    home.diagnosis.home = Home(root: home.home.file("elsewhere"))
    let ids = ["models.llm", "engines.llm"]
    #expect(try await home.finding("models.llm")?.status == .failure)
    for engine in [Settings.LLM.none, .ollama, .openai] {
      home.diagnosis.settings.llm = engine
      for id in ids { #expect(try await home.finding(id) == nil, "\(engine)") }
    }
  }

  /// A router may not let those inside come by the address that others use.
  @Test func publicAddress_outOfReach_isAFailureOfTheMachineAlone() async throws {
    var home = try DiagnosedHome()
    home.diagnosis.settings.serve.publicURL = try ReplayServer.refusingURL()
    #expect(try await home.finding("proxy.reachable")?.status == .failure)
    home.diagnosis.place = .image(container: "3f2a9c")
    #expect(try await home.finding("proxy.reachable")?.status == .warning)
  }

  @Test func exposure_behindANamedProxy_isWell() async throws {
    var home = try DiagnosedHome()
    home.diagnosis.settings.serve.host = "0.0.0.0"
    for proxies in [["172.30.80.0/24"], ["10.0.0.0/8", "fc00::/7", "127.0.0.1"], ["203.0.0.0/9"]] {
      home.diagnosis.settings.serve.proxies = TrustedProxies(networks: proxies.compactMap { NetworkRange($0) })
      for id in ["exposure.tls", "exposure.proxies"] {
        let finding = try #require(try await home.finding(id))
        #expect(finding.status == .ok && finding.evidence.contains(proxies[0]), "\(finding)")
      }
    }
    home.diagnosis.settings.serve.publicURL = "http://example.org"
    #expect(try await home.finding("exposure.tls")?.status == .warning)
  }

  @Test func place_isKnown_andSaysWhatIsTypedThere() throws {
    let home = try DiagnosedHome()
    let files = home.diagnosis.system
    for groups in ["0::/box\n", "0::/system.slice/cron.service\n", "0::/user.slice/user@0.service/commentbot.scope\n"] {
      try home.system("proc/self/cgroup", groups)
      #expect(Place(files, home.diagnosis.home) == .machine, "\(groups)")
    }
    // What diagnostic.sh looks at is not what it runs in.
    let unit = Place(files, home.diagnosis.home, unit: "commentbot.service")
    #expect(
      unit.setting("threads", "1")
        == "echo COMMENTBOT_THREADS=1 | sudo tee -a /etc/commentbot/commentbot.env"
        + " && sudo systemctl restart commentbot && sudo systemctl try-restart commentbot-whisper")
    let folder = home.diagnosis.home.root
    #expect(
      unit.typed("commentbot keys create")
        == "sudo -u commentbot env COMMENTBOT_HOME='\(folder.path)' commentbot keys create")
    #expect(unit.typed("commentbot restore 'a.tar'").hasPrefix("sudo data/scripts/restore.sh 'a.tar'    # "))
    #expect(unit.owned(folder) == "sudo chown -R commentbot:commentbot '\(folder.path)'")
    try home.system("proc/self/cgroup", "0::/system.slice/commentbot.service\n")
    let service = Place.unit("commentbot.service", home: home.diagnosis.home.root.path)
    #expect(Place(files, home.diagnosis.home) == service)
    try home.system(".dockerenv", "")
    try home.system("etc/hostname", "3f2a9c\n")
    // Built in a container: apt-get and setup.sh are there.
    #expect(Place(files, home.diagnosis.home) == service)
    let image = Place(files, Home(root: URL(filePath: "/app")))
    #expect(image == .image(container: "3f2a9c"))
    #expect(image.typed("commentbot keys create") == "docker exec 3f2a9c commentbot keys create")
    #expect(
      image.typed("commentbot models pull base").hasPrefix("docker compose run --rm commentbot-models models pull"))
    #expect(image.setting("threads", "1").hasPrefix("echo COMMENTBOT_THREADS=1 >>.env && docker compose up --detach"))
    #expect(image.typed("commentbot restore --undo    # now").hasPrefix("data/scripts/restore.sh --undo    # "))
    #expect(image.path(URL(filePath: "/app/data/inbox")) == "./data/inbox")
    #expect(Place.machine.typed("commentbot keys create") == "commentbot keys create")
    #expect(Place.machine.setting("threads", "1") == "export COMMENTBOT_THREADS=1")
  }

  @Test func checks_haveIdsOfTheirGroups_eachOnce() {
    let ids = Check.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(Check.all.map(\.group)).count == CheckGroup.allCases.count)
    #expect(Check.all.allSatisfy { $0.id.hasPrefix($0.group.rawValue + ".") && !$0.title.isEmpty })
  }
}
