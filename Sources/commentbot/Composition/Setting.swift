import Logging

/// One key of the configuration and what people are told of it.
struct Setting: Sendable {
  /// As in the settings file, with a point between section and name.
  var key: String
  /// One that other programs take too.
  var familiarVariable: String?
  /// In whole sentences.
  var meaning: String
  /// The default; nil where nothing is set.
  var standard: String?
  /// What it could be, where there is no default.
  var example: String

  /// The environment's variables, the one that wins first.
  var variables: [String] {
    ["COMMENTBOT_" + key.uppercased().replacing(".", with: "_")] + (familiarVariable.map { [$0] } ?? [])
  }

  fileprivate init(
    _ key: String, also familiarVariable: String? = nil, _ standard: some CustomStringConvertible, _ meaning: String
  ) {
    (self.key, self.familiarVariable, self.meaning) = (key, familiarVariable, meaning)
    (self.standard, example) = (standard.description, standard.description)
  }

  fileprivate init(_ key: String, also familiarVariable: String? = nil, suchAs example: String, _ meaning: String) {
    (self.key, self.familiarVariable, self.meaning, self.example) = (key, familiarVariable, meaning, example)
  }
}

extension Setting {
  /// All there are. The defaults are those that are used.
  static let all: [Setting] = engines + services + jobs + logs

  private static let standard = Settings()

  private static let engines = [
    Setting(
      "whisper.model", also: "WHISPER_MODEL", standard.whisperModel,
      "The model that transcribes: a name from `commentbot models list`, or a ggml file."),
    Setting(
      "whisper.url", also: "WHISPER_URL", suchAs: "http://127.0.0.1:9000",
      "A whisper service that transcribes in place of this process."),
    Setting(
      "whisper.api_key", also: "WHISPER_API_KEY", suchAs: "KEY", "The key of a whisper service that asks for one."),
    Setting(
      "llm.engine", standard.llm.rawValue,
      "What writes the comments: ollama, openai (a server with OpenAI's chat API), embedded, none, or auto, which takes "
        + "the server of llm.url, else Ollama where one answers, else the embedded model."),
    Setting(
      "llm.model", also: "LLM_MODEL", suchAs: "smollm2",
      "The embedded model's name or GGUF file, or the model of the server of llm.url; the best there is when absent."),
    Setting(
      "llm.url", also: "LLM_URL", suchAs: "http://127.0.0.1:8080/v1",
      "A server with OpenAI's chat API, such as llama.cpp's."),
    Setting("llm.api_key", also: "LLM_API_KEY", suchAs: "KEY", "The key of that server, if it asks for one."),
    Setting("llm.context", standard.llmContext, "Tokens of prompt and answer together, at the most."),
    Setting(
      "ollama.host", also: "OLLAMA_HOST", suchAs: "127.0.0.1:11434", "Where Ollama is; on its usual port when absent."),
    Setting(
      "ollama.model", also: "OLLAMA_MODEL", suchAs: "qwen3:4b", "Ollama's model; the first that can chat when absent."),
    Setting("ollama.api_key", also: "OLLAMA_API_KEY", suchAs: "KEY", "The key of an Ollama that asks for one."),
    Setting(
      "ollama.keep_alive", suchAs: "10m", "How long a model stays in Ollama's memory after the last answer."),
    Setting("threads", suchAs: "2", "Threads that compute; the number of cores when absent, and never more."),
    Setting("cache.bytes", standard.cacheBytes, "Bytes that decoded audio in data/audio-cache may take."),
  ]

  private static let services = [
    Setting("serve.host", standard.serve.host, "The address that `commentbot serve` listens on."),
    Setting("serve.port", standard.serve.port, "Its port; 0 takes a free one."),
    Setting(
      "serve.public_url", suchAs: "https://example.org",
      "Where clients reach it through a proxy; `commentbot diagnose` looks at what is in front by it."),
    Setting(
      "serve.workers", standard.serve.workers, "Jobs that it works on at once; 0 leaves them to `commentbot worker`."),
    Setting("serve.grace", standard.serve.grace, "Seconds that requests have to end when it is to stop."),
    Setting(
      "serve.patience", standard.serve.patience, "Seconds that a client may keep it waiting for a request's body."),
    Setting(
      "serve.cors_origins", suchAs: "https://example.org",
      "Web pages that may use it, with commas between them; none when absent."),
    Setting(
      "serve.trusted_proxies", suchAs: "127.0.0.1,10.0.0.0/8",
      "Proxies whose X-Forwarded-For is believed: addresses and ranges, with commas between them; none when absent."),
    Setting("serve.key_limit", standard.serve.keyLimit, "Requests a minute by one key; 0 is no limit."),
    Setting(
      "serve.address_limit", standard.serve.addressLimit, "Requests a minute from another machine; 0 is no limit."),
    Setting("serve.failure_limit", standard.serve.failureLimit, "Wrong keys a minute from one address; 0 is no limit."),
    Setting("jwt.algorithm", suchAs: "RS256", "Takes JSON Web Tokens of another system too: HS256 or RS256."),
    Setting("jwt.secret_file", suchAs: "/etc/commentbot/jwt-secret", "File of the secret for HS256."),
    Setting("jwt.public_key_file", suchAs: "/etc/commentbot/jwt.pem", "File of the public key for RS256, in PEM."),
    Setting("jwt.audience", suchAs: "commentbot", "What a token's `aud` must hold; commentbot when absent."),
    Setting("jwt.issuer", suchAs: "https://example.org", "What a token's `iss` must be; any when absent."),
  ]

  private static let jobs = [
    Setting(
      "jobs.allow_paths", suchAs: "/srv/audio",
      "Folders of this machine whose files requests may name, with commas between them; none when absent."),
    Setting("jobs.max_bytes", standard.jobs.maxBytes, "Bytes that one file may have."),
    Setting("jobs.queue_depth", standard.jobs.queueDepth, "Jobs of one owner that are not done yet."),
    Setting(
      "jobs.lease", standard.jobs.lease,
      "Seconds without a sign of life after which another worker takes a job; the same for all workers."),
    Setting(
      "webhooks.secret_file", suchAs: "/etc/commentbot/webhook-secret",
      "File of the secret that callbacks are signed with; unsigned when absent."),
    Setting(
      "webhooks.allow_private", standard.jobs.allowsPrivateCallbacks,
      "Whether addresses of this machine and its network are called back too."),
    Setting(
      "retention.audio_days", standard.jobs.audioDays,
      "Days after which uploaded audio is removed that no job waits for; 0 keeps it."),
    Setting(
      "retention.transcript_days", standard.jobs.transcriptDays,
      "Days after which recordings are removed with all that was made of them; 0 keeps them."),
    Setting("retention.job_days", standard.jobs.jobDays, "Days after which finished jobs are forgotten; 0 keeps them."),
    Setting(
      "backup.folder", suchAs: "/var/backups/commentbot",
      "Where `commentbot serve` puts backups; it makes none when absent."),
    Setting("backup.hours", standard.jobs.backupHours, "Hours between two backups."),
    Setting("backup.keep", standard.jobs.backupsKept, "How many backups stay."),
    Setting("backup.audio", standard.jobs.backupsHaveAudio, "Whether uploaded audio is in them too."),
    Setting(
      "backup.passphrase_file", suchAs: "/etc/commentbot/backup-passphrase",
      "File of the passphrase that backups are encrypted with; not encrypted when absent."),
  ]

  private static let logs = [
    Setting(
      "log.level", standard.log.level.rawValue,
      "What is logged at the least: trace, debug, info, notice, warning, error or critical."),
    Setting(
      "log.format", standard.log.format.rawValue,
      "human, json, or auto: human on a terminal, else one JSON object a line."),
    Setting("environment", standard.log.environment, "Which installation it is, in the JSON lines of the log."),
  ]
}
