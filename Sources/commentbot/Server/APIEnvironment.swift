import CommentCore

/// What the routes work with.
struct APIEnvironment: Sendable {
  var home: Home
  var settings: Settings
  var library: Library
  var cache: AudioCache
  var jobs: any JobStore
  var options: Server.Options
}
