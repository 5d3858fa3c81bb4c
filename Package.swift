// swift-tools-version: 6.2

import PackageDescription

/// CI turns every warning of our own code into an error; a newer compiler must not break a user's build.
let strict: [SwiftSetting] =
    Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

func module(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = [],
    resources: [Resource]? = nil,
    settings: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: strict + settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let http: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTPCompression: Target.Dependency = .product(
    name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioSOCKS: Target.Dependency = .product(name: "NIOSOCKS", package: "swift-nio-extras")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(
    name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let asyncAlgorithms: Target.Dependency = .product(
    name: "AsyncAlgorithms", package: "swift-async-algorithms")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbirdTesting: Target.Dependency = .product(
    name: "HummingbirdTesting", package: "hummingbird")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "parley",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "parley", targets: ["parley"]),
        // Preloaded into the program by its tests.
        .library(name: "SyncRecorder", type: .dynamic, targets: ["CSyncRecorder"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(
            name: "CNcurses",
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "CTerminalGuard"),
        module("Timing"),
        module("RichText"),
        module("Terminal", ["CTerminalGuard", "CNcurses", "RichText"]),
        module(
            "Wire", [http, nio, nioPosix, nioHTTP1, nioHTTPCompression, nioExtras, nioSOCKS, nioSSL]),
        module("AgentAPI", ["Timing", "Wire"]),
        module("Storage", ["Timing", grdb, system]),
        module("Programs", ["RichText", asyncAlgorithms, subprocess]),
        // The parts of the session manager are classes that its actor alone uses: their async functions stay on it.
        module(
            "SessionCore", ["Storage", "Timing", grdb, collections],
            settings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        module(
            "AgentClient",
            [
                "SessionCore", "AgentAPI", "Wire", "Timing", http, nio, nioPosix, nioHTTP1, nioWebSocket,
                nioSSL,
                nioTLS, nioExtras, nioSOCKS, logging,
            ]),
        module(
            "Agents",
            ["Programs", "Wire", http, nio, nioPosix, nioHTTP1, grdb, asyncAlgorithms],
            resources: [.embedInCode("Resources")]),
        module(
            "AgentServer",
            [
                "AgentAPI", "Agents", "Storage", "Timing", "Wire", hummingbird, hummingbirdCore, nio,
                nioPosix,
                nioHTTP1, nioWebSocket, nioHTTPTypes, nioHTTPTypesHTTP1, grdb, logging, crypto,
                asyncAlgorithms,
            ]),
        module(
            "Settings", ["Programs", "RichText", "Storage", "Wire", toml, logging, system],
            exclude: ["Resources/themes/previews"],
            resources: [.embedInCode("Resources/themes"), .embedInCode("Resources/languages")]),
        module("ChatUI", ["SessionCore", "RichText", "Settings", "Timing", collections]),
        .executableTarget(
            name: "parley",
            dependencies: [
                "ChatUI", "Terminal", "AgentClient", "AgentServer", "Agents", "AgentAPI", "SessionCore",
                "Programs", "Settings", "Storage", "RichText", "Timing", "Wire", arguments, logging, system,
            ],
            swiftSettings: strict),

        .systemLibrary(name: "CVTerm", path: "Tests/CVTerm"),
        .target(name: "CSyncRecorder", path: "Tests/CSyncRecorder"),
        .target(
            name: "TestSupport", dependencies: ["CVTerm", "RichText", nio, nioPosix, nioSSL],
            path: "Tests/TestSupport", swiftSettings: strict),
        .executableTarget(
            name: "TerminalProbe", dependencies: ["Terminal", "RichText"], path: "Tests/TerminalProbe",
            swiftSettings: strict),
        .executableTarget(
            name: "Pictures", dependencies: ["Settings", "TestSupport"],
            path: "Tests/Pictures", swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "ChatUI", "Terminal", "AgentClient", "AgentServer", "Agents", "AgentAPI", "Wire",
                "SessionCore",
                "Settings", "RichText", "Timing", "TestSupport", arguments, http, nio,
            ],
            path: "Tests/Benchmarks", swiftSettings: strict),
        tests("RichText", ["RichText", "Settings", "TestSupport"], exclude: ["Golden"]),
        tests("Terminal", ["Terminal", "RichText", "Settings", "TestSupport", "TerminalProbe"]),
        tests("Wire", ["Wire", "TestSupport", nio, nioEmbedded]),
        tests("AgentAPI", ["AgentAPI", "Wire", "TestSupport"]),
        tests("Timing", ["Timing", "TestSupport"]),
        tests("Programs", ["Programs", "TestSupport"]),
        tests("Storage", ["Storage", "TestSupport", grdb]),
        tests(
            "SessionCore", ["SessionCore", "Storage", "Timing", "TestSupport", grdb],
            exclude: ["Fixtures"]),
        tests(
            "AgentClient",
            [
                "AgentClient", "SessionCore", "AgentAPI", "Wire", "Timing", "TestSupport", nio, nioPosix,
                nioHTTP1,
                nioWebSocket, nioSSL,
            ]),
        tests("Agents", ["Agents", "Wire", "TestSupport", hummingbird, hummingbirdTesting, logging]),
        tests(
            "AgentServer",
            [
                "AgentServer", "Agents", "AgentAPI", "Storage", "Wire", "Timing", "TestSupport", hummingbird,
                hummingbirdTesting, http, grdb, nio,
                nioEmbedded, nioPosix, nioHTTP1, nioWebSocket, logging,
            ], exclude: ["Fixtures"]),
        tests("Settings", ["Settings", "RichText", "TestSupport"]),
        tests(
            "ChatUI", ["ChatUI", "SessionCore", "RichText", "Settings", "Timing", "TestSupport"],
            exclude: ["Golden"]),
        tests(
            "EndToEnd",
            [
                "parley", "TestSupport", "AgentAPI", "AgentClient", "AgentServer", "Agents", "SessionCore",
                "Wire",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
