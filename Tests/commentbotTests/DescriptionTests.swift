import CommentCore
import Foundation
import Hummingbird
import Logging
import TestSupport
import Testing

@testable import commentbot

/// Whether `/openapi.json` and `/docs` tell of the routes that there are.
struct DescriptionTests {
  private static func sets() async throws -> (Scratch, [any RouteSet]) {
    let scratch = try Scratch()
    try scratch.makeHome()
    let home = Home(root: scratch.url)
    let server = try await Server.make(home: home, settings: Settings(), logger: Logger(label: "test"))
    let desk = TranscriptionDesk(
      WhisperService.Options(), folder: scratch.url, registry: server.environment.registry
    ) { throw TestFailure("nothing is transcribed here") }
    return (scratch, server.routeSets(desk))
  }

  @Test func descriptions_areThoseOfTheRoutes() async throws {
    let (scratch, sets) = try await Self.sets()
    defer { withExtendedLifetime(scratch) {} }
    let router = Router(context: ServiceContext.self)
    for set in sets { set.add(to: router) }
    let real = router.routes.map { "\($0.method.rawValue) \($0.path)" }.sorted()
    let described = sets.flatMap(\.descriptions).map { "\($0.method.rawValue) \($0.path)" }.sorted()
    #expect(described == real)
  }

  @Test func document_namesOnlySchemasThatAreThere() async throws {
    let (scratch, sets) = try await Self.sets()
    defer { withExtendedLifetime(scratch) {} }
    let document = OpenAPIDocument(of: sets)
    let text = String(decoding: try JSONEncoder().encode(document.json), as: UTF8.self).replacing("\\/", with: "/")
    let named = Set(text.matches(of: #/#/components/schemas/([A-Za-z]+)/#).map { String($0.1) })
    #expect(named.subtracting(document.schemas.keys).isEmpty)
    #expect(Set(document.schemas.keys).subtracting(named).isEmpty)
    #expect(Set(document.descriptions.map(\.operationID)).count == document.descriptions.count)
  }

  @Test func fieldsOfBodies_areExplainedOnThePage() async throws {
    let (scratch, sets) = try await Self.sets()
    defer { withExtendedLifetime(scratch) {} }
    let document = OpenAPIDocument(of: sets)
    let html = DocumentationPage(document: document).html
    var count = 0
    for route in document.descriptions {
      for (name, text) in (route.body?.types ?? [:]).values.flatMap(\.memberTexts) {
        #expect(!text.isEmpty, "\(name) of \(route.operationID)")
        #expect(html.contains("<code>\(name)</code>"))
        count += 1
      }
    }
    #expect(count > 50)
  }

  /// Problems link to them.
  @Test func codes_ofTheSource_areAllOnThePage() throws {
    let folder = Package.root.appending(path: "Sources/commentbot")
    let known = Set(ProblemCode.all.map(\.code))
    var found: Set<String> = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      found.formUnion(text.matches(of: #/code: "([a-z_]+)"/#).map { String($0.1) })
    }
    #expect(found.count > 10)
    #expect(found.subtracting(known).sorted() == [])
  }
}
