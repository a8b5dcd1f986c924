public import Foundation

/// One HTTP exchange to make.
public struct HTTPRequest: Sendable {
  /// The methods that are used.
  public enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case delete = "DELETE"
  }

  /// What is sent.
  public enum Body: Sendable {
    case data(Data)
    /// `multipart/form-data`, whose file libcurl reads while it sends it.
    case form([FormPart])
  }

  /// One part of a form.
  public enum FormPart: Sendable {
    case field(name: String, value: String)
    /// - Parameter filename: that the server is told.
    case file(name: String, URL, filename: String)
  }

  /// GET where nothing else is said.
  public var method: Method
  /// `http` or `https`; any other scheme is refused.
  public var url: String
  /// Sent in this order, beside libcurl's own.
  public var headers: [HTTPHeader]
  /// nil sends none.
  public var body: Body?
  /// How long to wait for signs of progress.
  public var timeouts: HTTPTimeouts
  /// Redirects followed at the most. From https never to http.
  public var maxRedirects: Int
  /// The address of IPv4 or IPv6 to connect to, whatever the host's name stands for; nil asks the name service. No
  /// proxy is used then.
  public var pinnedAddress: String?

  public init(
    _ method: Method = .get, _ url: String, headers: [HTTPHeader] = [], body: Body? = nil,
    timeouts: HTTPTimeouts = HTTPTimeouts(), maxRedirects: Int = 0, pinnedAddress: String? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.maxRedirects = maxRedirects
    self.pinnedAddress = pinnedAddress
  }
}

/// One line of a head; names are compared without regard to case.
public struct HTTPHeader: Sendable, Equatable {
  /// Without the colon.
  public var name: String
  /// Without a line end.
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// How long to wait for each step. There is no total: a long answer may take as long as it goes on arriving.
public struct HTTPTimeouts: Sendable, Equatable {
  /// Until the connection stands, name look-up included.
  public var connect: Duration
  /// From the request until the first byte of the answer. Does not run while a form is being sent.
  public var firstByte: Duration
  /// Between two arrivals after that. Does not run while the reader is what is slow.
  public var idle: Duration

  public init(connect: Duration = .seconds(5), firstByte: Duration = .seconds(30), idle: Duration = .seconds(30)) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
  }
}

/// The head of an answer, with its body still arriving.
public struct HTTPResponse: Sendable {
  /// 100 to 599.
  public let status: Int
  /// In the order in which they came.
  public let headers: [HTTPHeader]
  /// To be read once. Dropping it unread closes the connection.
  public let body: HTTPBody

  /// The last value of the header, whatever the case of its name.
  public func header(_ name: String) -> String? {
    headers.last { $0.name.caseInsensitiveCompare(name) == .orderedSame }?.value
  }
}
