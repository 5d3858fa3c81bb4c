import Foundation
import TestSupport
import Testing

/// `parley serve` in a process of its own, until it goes.
final class ServeProcess {
    let address: String
    /// Valid until it ends.
    let key: String
    /// The id of its first agent in the dialect that has 24 digits.
    let agentHex: String
    private let process = Process()

    init(in home: TestHome, _ arguments: [String] = []) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: BuiltPrograms.path("parley"))
        process.arguments = ["serve", "--port", "0"] + arguments
        process.environment = home.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var facts: [String: String] = [:]
        var text = ""
        while facts["agent"] == nil {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: "\t").map(String.init)
                if parts.count == 2 { facts[parts[0]] = parts[1] }
            }
        }
        address = try #require(facts["address"])
        key = try #require(facts["key"])
        agentHex = String(try #require(facts["agent"]?.firstMatch(of: /\(([0-9a-f]{24})\)/)?.output.1))
    }

    /// Host and port.
    var host: Substring { address.dropFirst("http://".count) }

    /// Ends it as Ctrl-C does.
    func stop() -> Int32 {
        process.interrupt()
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit { if process.isRunning { process.terminate() } }
}
