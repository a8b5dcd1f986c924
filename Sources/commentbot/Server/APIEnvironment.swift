import CommentCore
import Logging

/// What the routes work with.
struct APIEnvironment: Sendable {
  var home: Home
  /// Those of the service are in `settings.serve`.
  var settings: Settings
  var library: Library
  var cache: AudioCache
  var jobs: any JobStore
  var registry = PrometheusRegistry()
  /// Of what belongs to no request.
  var logger: Logger
}
