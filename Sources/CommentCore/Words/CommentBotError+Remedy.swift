extension CommentBotError {
  /// The ``hint``, else what mends most failures of this kind; nil only for work that the person stopped.
  public var remedy: String? { hint ?? code.remedy }
}

extension CommentBotError.Code {
  fileprivate var remedy: String? {
    switch self {
    case .usage: "commentbot help    # lists the commands; commentbot help COMMAND its options"
    case .configuration: "correct it in data/config/commentbot.yml or in the environment, then: commentbot diagnose"
    case .unreadableAudio: "play it in another program; if that cannot either, copy, download or record it again"
    case .inputMissing: "give the path of a file that is there"
    case .modelMissing, .modelDamaged: "commentbot models verify    # names the command that gets the model again"
    case .engine: "commentbot diagnose    # checks the engines, the models and the memory"
    case .badReply, .contextExceeded: "use another model with --llm-model, or --llm none for the transcript alone"
    case .cutOff: "try again; if it breaks off again, look at what the server logs"
    case .unreachable: "check the address, and that the server runs"
    case .busy: "try again in a while"
    case .serverError: "look at what the server logs, then try again"
    case .refused: "look at what the server says; another server or model may take it"
    case .diskFull: "commentbot cache --clear    # frees what can be decoded again"
    case .permission, .io, .database, .databaseNewer: "commentbot diagnose    # checks folders, disk and database"
    case .backupDamaged: "take an older backup; commentbot restore FILE --check says whether one can be restored"
    case .notFound: "commentbot list"
    case .conflict: "look at what is there: commentbot jobs list"
    case .cancelled: nil
    }
  }
}
