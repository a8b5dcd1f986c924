// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let shippedKinds = [
  "summary", "key-points", "chapters", "action-items", "questions", "quotes", "decisions", "reactions",
  "title-and-tags",
]

let package = Package(
  name: "commentbot",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "commentbot", targets: ["commentbot"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration.git", exact: "1.4.0", traits: ["YAML"]),
    .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit.git", exact: "5.7.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswresample libavutil",
      providers: [
        .apt(["libavformat-dev", "libavcodec-dev", "libswresample-dev", "libavutil-dev"]), .brew(["ffmpeg"]),
      ]),
    .systemLibrary(name: "CWhisper", pkgConfig: "whisper", providers: [.brew(["whisper-cpp"])]),
    .systemLibrary(name: "CLlama", pkgConfig: "llama", providers: [.brew(["llama.cpp"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "CommentCore",
      dependencies: [
        "CFFmpeg", "CCurl",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Yams", package: "Yams"),
      ],
      // Links to data/prompts.
      resources: shippedKinds.map { .embedInCode("Prompts/\($0).md") },
      swiftSettings: settings),
    .target(name: "Whisper", dependencies: ["CommentCore", "CWhisper", "CZlib"], swiftSettings: settings),
    .target(name: "OllamaClient", dependencies: ["CommentCore"], swiftSettings: settings),
    .target(name: "Llama", dependencies: ["CommentCore", "CLlama"], swiftSettings: settings),
    .executableTarget(
      name: "commentbot",
      dependencies: [
        "CommentCore", "Whisper", "OllamaClient", "Llama",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),
    .target(name: "TestSupport", dependencies: ["CommentCore"], path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(name: "CommentCoreTests", dependencies: ["CommentCore", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "WhisperTests", dependencies: ["Whisper", "TestSupport"], resources: [.copy("Fixtures")],
      swiftSettings: settings),
    .testTarget(
      name: "OllamaClientTests", dependencies: ["OllamaClient", "TestSupport"], resources: [.copy("Fixtures")],
      swiftSettings: settings),
    .testTarget(name: "LlamaTests", dependencies: ["Llama", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "commentbotTests",
      dependencies: [
        "commentbot", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
      ],
      swiftSettings: settings),
  ]
)
