import HTTPTypes

extension HTTPFields {
  /// What keeps browsers from taking an answer for something else, or from keeping it. A route may say otherwise.
  mutating func secure() {
    let usual: HTTPFields = [
      .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
      .referrerPolicy: "no-referrer", .cacheControl: "no-store",
    ]
    for field in usual where self[field.name] == nil { append(field) }
  }
}

extension HTTPField.Name {
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
