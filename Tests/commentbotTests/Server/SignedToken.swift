import Crypto
import Foundation

/// JSON Web Tokens, the right ones and others.
enum SignedToken {
  static let secret = "a secret of more than thirty-two bytes"

  static func make(
    _ claims: [String: any Sendable], head: String = #"{"alg":"HS256"}"#, key: String = secret
  ) -> String {
    let text = encode(head) + "." + encode(claims)
    let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8)))
    return "\(text).\(encode(Data(code)))"
  }

  /// What a server that takes HS256 must refuse, made of claims that it takes.
  static func attacks(_ claims: [String: any Sendable]) -> [String] {
    let good = make(claims)
    let parts = good.split(separator: ".").map(String.init)
    var changed = claims
    changed["sub"] = "berta"
    return [
      "", "a.b.c", "..", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).", good + "x", "\(good).\(parts[2])",
      make(claims, head: #"{"alg":"none"}"#), "\(encode(#"{"alg":"none"}"#)).\(parts[1]).",
      "\(encode(#"{"alg":"NoNe"}"#)).\(parts[1]).", make(claims, head: #"{"alg":"hs256"}"#),
      make(claims, head: "{}"), make(claims, head: #"{"alg":"HS512"}"#),
      make(claims, head: #"{"alg":"RS256"}"#), make(claims, head: #"{"alg":"ES256"}"#),
      make(claims, head: #"{"alg":"HS256","crit":["exp"]}"#),
      make(claims, key: "another secret of more than thirty-two bytes"), make(claims, key: ""),
      "\(parts[0]).\(encode(changed)).\(parts[2])",
    ]
  }

  static func encode(_ claims: [String: any Sendable]) -> String {
    encode((try? JSONSerialization.data(withJSONObject: claims)) ?? Data())
  }

  static func encode(_ text: String) -> String { encode(Data(text.utf8)) }

  static func encode(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
