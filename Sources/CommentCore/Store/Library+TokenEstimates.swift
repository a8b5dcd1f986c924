import GRDB

extension Library {
  /// What was learnt of a model's tokenizer; nil when nothing was.
  func tokenEstimate(of model: EngineIdentity) async throws -> TokenEstimate? {
    try await read { db in
      try String.fetchOne(
        db, sql: "SELECT estimate FROM token_estimates WHERE engine = ? AND model = ? AND digest = ?",
        arguments: [model.engine, model.model, model.digest]
      ).map { try JSONText.decode(from: $0) }
    }
  }

  /// Keeps what was learnt of a model's tokenizer.
  func save(_ estimate: TokenEstimate, of model: EngineIdentity) async throws {
    try await write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO token_estimates (engine, model, digest, estimate) VALUES (?, ?, ?, ?)",
        arguments: [model.engine, model.model, model.digest, try JSONText.encode(estimate)])
    }
  }
}
