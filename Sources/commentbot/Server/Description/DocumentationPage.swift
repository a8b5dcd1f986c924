import ArgumentParser
import Crypto
import Foundation
import HTTPTypes

/// The page at `/docs`: all routes and all codes of errors, with nothing loaded from elsewhere.
struct DocumentationPage: Sendable {
  let document: OpenAPIDocument

  var html: String {
    let tags = Dictionary(grouping: document.descriptions, by: \.tag).sorted { $0.key < $1.key }
    let codes = ProblemCode.all.map {
      "<dt id=\"\($0.code)\"><code>\($0.code)</code></dt><dd>\(Self.escaped($0.meaning))</dd>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>CommentBot's HTTP API</title>
      <style>\(Self.style)</style></head><body>
      <h1>CommentBot's HTTP API</h1>
      <p>Version \(CommentBot.configuration.version). The same for programs: <a href="/openapi.json">/openapi.json</a>.
      Errors are problem details (RFC 9457); their <a href="#codes">codes</a> are below.</p>
      \(tags.map { Self.section($0, $1) }.joined())
      <h2 id="codes">Codes of errors</h2>
      <dl>\(codes.joined(separator: "\n"))</dl>
      </body></html>

      """
  }

  private static func section(_ tag: String, _ routes: [RouteDescription]) -> String {
    "<h2>\(escaped(tag))</h2>\n" + routes.map(text).joined()
  }

  private static func text(_ route: RouteDescription) -> String {
    let facts = [
      route.summary, route.details, route.body.map { "Body: \($0.summary)" },
      route.scope.map { "Scope: \($0.rawValue)" },
    ].compactMap { $0 }.map { $0.hasSuffix(".") ? $0 : $0 + "." }
    let parameters = route.parameters.map { row("<code>\(escaped($0.name))</code>", $0.place.rawValue, $0.summary) }
    let fields = (route.body?.types ?? [:]).sorted { $0.key > $1.key }.flatMap { type, schema in
      schema.memberTexts.map { row("<code>\(escaped($0.name))</code>", type, $0.text) }
    }
    let answers = route.answers.sorted { $0.key < $1.key }.map { row("\($0)", "", $1.summary) }
    return """
      <h3 id="\(route.operationID)"><code>\(route.method.rawValue) \(escaped(route.path))</code></h3>
      <p>\(escaped(facts.joined(separator: " ")))</p>
      <table>\((parameters + fields + answers).joined())</table>

      """
  }

  private static func row(_ first: String, _ second: String, _ third: String) -> String {
    "<tr><td>\(first)</td><td>\(escaped(second))</td><td>\(escaped(third))</td></tr>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// What browsers may do with the page: show it, in this style.
  static var policy: String {
    let digest = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
    return "default-src 'none'; style-src 'sha256-\(digest)'; frame-ancestors 'none'"
  }

  private static let style =
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}code{background:#eee;padding:0 .2em}"
    + "h3{margin-bottom:0}dt{margin-top:.5em}table{border-collapse:collapse}td{padding:0 1em 0 0;vertical-align:top}"
}
