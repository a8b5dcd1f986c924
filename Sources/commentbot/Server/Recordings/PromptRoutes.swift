import CommentCore
import Hummingbird

/// The kinds of comments that there are.
struct PromptRoutes: RouteSet {
  let environment: APIEnvironment

  func add(to router: Router<ServiceContext>) {
    router.get("v1/prompts") { _, _ in
      let kinds = CommentKinds(in: environment.home.prompts)
      let lines = try await Blocking.run { kinds.entries.map { PromptLine($0) } }
      return try SpeechResponse.json(Prompts(prompts: lines))
    }
  }

  private struct Prompts: Encodable {
    var prompts: [PromptLine]
  }
}
