extension CommentBotError {
  static func backupDamaged(_ subject: String, _ cause: String) -> CommentBotError {
    CommentBotError(.backupDamaged, "read the backup", subject, cause: cause)
  }

  static func backupCutOff(_ subject: String) -> CommentBotError {
    backupDamaged(subject, "it is cut off, or damaged at its end")
  }
}
