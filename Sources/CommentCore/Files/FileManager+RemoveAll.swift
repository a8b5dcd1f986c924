public import Foundation

extension FileManager {
  /// Removes a file, or a folder with everything in it; one that is not there counts as removed.
  /// - Throws: ``CommentBotError`` with code `permission` or `io`.
  public func removeAll(at url: URL) throws {
    do {
      try removeItem(at: url)
    } catch let error as CocoaError where error.code == .fileNoSuchFile {
      return
    } catch {
      throw CommentBotError(fileError: error, "remove", url.path)
    }
  }
}
