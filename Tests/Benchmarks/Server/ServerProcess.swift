import Foundation

/// A running server for the load.
final class ServerProcess {
    let address: Serve.Address
    private let process = Process()
    private let input = Pipe()

    struct NoAddress: Error {}

    init() throws {
        let output = Pipe()
        process.executableURL = URL(
            fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments = ["serve"]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw NoAddress() }
            line += more
        }
        address = try JSONDecoder().decode(Serve.Address.self, from: line)
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    var usage: ProcessUsage { ProcessUsage(process: process.processIdentifier) }
}
