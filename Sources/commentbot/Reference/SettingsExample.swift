/// Every setting with its default, as a comment: what `data/config/commentbot.yml` and `.env.example` are made of.
enum SettingsExample {
  private static let width = 100

  static var file: String {
    let sections = Setting.all.reduce(into: [(title: String, settings: [Setting])]()) { sections, setting in
      let title = setting.key.contains(".") ? String(setting.key.prefix { $0 != "." }) : ""
      if let index = sections.firstIndex(where: { $0.title == title }) {
        sections[index].settings.append(setting)
      } else {
        sections.append((title, [setting]))
      }
    }
    let texts = sections.map { title, settings in
      let indent = title.isEmpty ? "" : "  "
      let lines = settings.map { setting in
        let name = setting.key.split(separator: ".").last.map(String.init) ?? setting.key
        return comment(setting.meaning, indent) + "\(indent)#\(name): \(setting.yamlExample)\n"
      }
      return (title.isEmpty ? "" : "\(title):\n") + lines.joined(separator: title.isEmpty ? "\n" : "")
    }
    return comment(
      """
      The settings of CommentBot, with their defaults, or an example where there is none. Written by `commentbot config`: take \
      the # away from a line to change it. The command line and the environment win over this file; whisper.model is \
      COMMENTBOT_WHISPER_MODEL there. Secrets are better kept in files of their own, or in the environment.
      """, "") + "\n" + texts.joined(separator: "\n")
  }

  static var environment: String {
    let compose = composeVariables.map { comment($1, "") + "#\($0)\n" }
    let settings = Setting.all.map { setting in
      comment(setting.meaning, "") + "#\(setting.variables.last ?? "")=\(setting.example)\n"
    }
    return comment(
      """
      The environment of CommentBot. Written by `commentbot config --env`: copy it to .env and take the # away from what you \
      change. Docker Compose reads .env by itself and hands it on to the core and the workers; elsewhere, export the variables. \
      data/config/commentbot.yml can hold the same settings.
      """, "") + "\n# --- Docker Compose ---\n\n" + compose.joined(separator: "\n")
      + "\n# --- CommentBot ---\n\n" + comment("The folder that holds bd/ and data/.", "")
      + "#COMMENTBOT_HOME=/srv/commentbot\n\n"
      + settings.joined(separator: "\n")
  }

  /// What only the files of Docker Compose read.
  private static let composeVariables = [
    ("COMMENTBOT_UID=10001", "The user that the services run as; data/scripts/setup-docker.sh sets it."),
    ("COMMENTBOT_GID=10001", "Its group."),
    ("COMMENTBOT_PORT=8080", "Port of this machine that the core answers on, for this machine alone."),
    ("WHISPER_PORT=9000", "Port of this machine for the whisper service, in development only."),
    ("GRAFANA_PORT=3000", "Port of this machine for Grafana, with the profile monitoring."),
    ("COMMENTBOT_CORE_MEMORY_LIMIT=2G", "The most memory and processor cores that a service may take; the core's."),
    ("COMMENTBOT_CORE_CPU_LIMIT=2", "See above."),
    ("COMMENTBOT_WORKER_COUNT=0", "Workers beside the core's own, on this machine."),
    ("COMMENTBOT_WORKER_MEMORY_LIMIT=1G", "The most memory and processor cores of each."),
    ("COMMENTBOT_WORKER_CPU_LIMIT=1", "See above."),
    ("WHISPER_SERVICE_MEMORY_LIMIT=4G", "The whisper service's; COMMENTBOT_THREADS is how many cores it makes use of."),
    ("WHISPER_SERVICE_CPU_LIMIT=2", "See above."),
    ("OLLAMA_MEMORY_LIMIT=8G", "Ollama's: the language model and its context."),
    ("OLLAMA_CPU_LIMIT=2", "See above."),
    ("COMMENTBOT_VERSION=latest", "Tag of the images; data/scripts/deploy.sh sets it."),
    (
      "COMMENTBOT_REGISTRY=registry.example.org/team/",
      "What stands before the names of CommentBot's images; data/scripts/deploy.sh then pulls them."
    ),
    ("COMMENTBOT_SECRETS=./data/secrets", "The folder with the files of the secrets."),
    ("COMMENTBOT_DOMAIN=example.org", "The name that the proxy answers to; docker-compose.prod.yml needs it."),
    ("ACME_EMAIL=admin@example.org", "Who Let's Encrypt writes to; docker-compose.prod.yml needs it."),
    ("PROXY_SUBNET=172.30.80.0/24", "The network between proxy and core, whose X-Forwarded-For is believed."),
    ("TRAEFIK_IMAGE=traefik:v3.5.3", "Other images, such as from a registry of your own."),
    ("NGINX_IMAGE=nginxinc/nginx-unprivileged:1.28-bookworm", "With the profile nginx."),
    ("CERTBOT_IMAGE=certbot/certbot:v4.2.0", "With the profile nginx."),
    ("PROMETHEUS_IMAGE=prom/prometheus:v2.55.1", "With the profile monitoring."),
    ("GRAFANA_IMAGE=grafana/grafana:11.6.0", "With the profile monitoring."),
  ]

  /// The text in lines of comments.
  private static func comment(_ text: String, _ indent: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      if let last = lines.last, !last.isEmpty, last.count + word.count + 1 > width {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += (lines.last?.isEmpty == true ? "" : " ") + word
      }
    }
    return lines.map { "\(indent)# \($0)\n" }.joined()
  }
}

extension Setting {
  /// What YAML would read as something else stands in quotes.
  fileprivate var yamlExample: String {
    example.contains(": ") || example.contains(#/:\d|^\d+(\.\d+){2,}/#) ? "\"\(example)\"" : example
  }
}
