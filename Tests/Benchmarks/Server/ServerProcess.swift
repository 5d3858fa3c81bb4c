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

    /// Bytes of memory that it holds now.
    var memory: Double {
        let pages = fields(of: "statm").dropFirst().first.flatMap(Double.init) ?? 0
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Seconds of the processor that it has used.
    var processorTime: Double {
        // The name, in parentheses, may hold blanks.
        let fields = contents(of: "stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func fields(of file: String) -> [Substring] { contents(of: file).split(separator: " ") }

    private func contents(of file: String) -> String {
        (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/\(file)", encoding: .utf8)) ?? ""
    }
}
