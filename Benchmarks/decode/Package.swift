// swift-tools-version: 6.2
import PackageDescription

// The decoder alone, without the rest of CommentBot: builds in seconds and starts like the ffmpeg program does.
let package = Package(
  name: "decode",
  platforms: [.macOS(.v15)],
  dependencies: [.package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2")],
  targets: [
    .systemLibrary(name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswresample libavutil"),
    .target(
      name: "CommentCore",
      dependencies: ["CFFmpeg", .product(name: "Crypto", package: "swift-crypto")],
      sources: ["Audio", "Words", "Files"],
      swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]),
    .executableTarget(name: "decode", dependencies: ["CommentCore"]),
  ]
)
