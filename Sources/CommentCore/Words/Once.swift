/// A value that is made when it is first asked for. One that cannot be made is tried again the next time.
public actor Once<Value: Sendable> {
  private var made: Value?

  public init() {}

  /// - Throws: what `make` throws.
  public func value(_ make: @Sendable () async throws -> Value) async throws -> Value {
    if let made { return made }
    let value = try await make()
    // Somebody else may have been quicker: all get the same one.
    made = made ?? value
    return made ?? value
  }
}
