import TestSupport
import Testing

/// `GET /v1/batches` and `commentbot batch list`, page by page.
struct BatchListTests {
  private struct Page: Decodable {
    struct Line: Decodable {
      var id: String
      var name: String?
    }
    var batches: [Line]
    var next: String?
  }

  @Test func batches_listed_comeByPages() throws {
    let service = try RunningService.server("--workers", "0")
    let empty: Page = try service.ask("/v1/batches").json()
    #expect(empty.batches.isEmpty && empty.next == nil)
    for name in ["a", "b", "c", "d", "e"] {
      let reply = try service.ask("/v1/batches", "--json", #"{"name": "\#(name)", "items": []}"#)
      #expect(reply.status == 202, "\(reply.body)")
    }
    var (names, cursor) = ([[String?]](), String?.none)
    repeat {
      let page: Page = try service.ask("/v1/batches?limit=2" + (cursor.map { "&cursor=\($0)" } ?? "")).json()
      names.append(page.batches.map(\.name))
      #expect(page.next == nil || page.next == page.batches.last?.id)
      cursor = page.next
    } while cursor != nil && names.count < 9
    #expect(names == [["e", "d"], ["c", "b"], ["a"]])
    // A page that is just full is not followed by an empty one.
    let whole: Page = try service.ask("/v1/batches?limit=5").json()
    #expect(whole.batches.count == 5 && whole.next == nil)
    for limit in ["0", "1001", "-1", "two"] {
      let reply = try service.ask("/v1/batches?limit=\(limit)")
      #expect(try reply.status == 400 && reply.json(ProblemJSON.self).param == "limit", "\(limit)")
    }
    // The same, here and from a server.
    let here = try service.home.run("batch", "list", "--limit", "3", "--json")
    let there = try service.home.run("batch", "list", "--limit", "3", "--json", "--server", service.url)
    #expect(here.status == 0 && here.out == there.out, "\(there.error)")
    #expect(here.out.split(separator: "\n").count == 3)
  }
}
