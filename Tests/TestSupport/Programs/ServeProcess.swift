import Foundation

/// `parley serve` in a process of its own, on a port of the system's choice, until it is released.
public final class ServeProcess {
    /// `http://127.0.0.1:PORT`.
    public let address: String
    /// The key that is valid while it runs.
    public let key: String
    /// The id of its first agent in the dialect that has 24 hexadecimal digits.
    public let agentHex: String
    /// Kept until the server is released: the folder that it works in.
    public var folder: TemporaryFolder?
    private let process: ChildProcess
    /// Kept open for what it says later: it ends when nobody can read it.
    private let output = Pipe()

    /// A server that ended, or was killed after the time limit, before it had printed where it listens.
    public struct DidNotStart: Error, CustomStringConvertible {
        public let description: String
    }

    /// Starts it and waits until it listens.
    /// - Parameters:
    ///   - environment: all of it: nothing but what a sanitizer needs is inherited from the tests.
    ///   - wrapper: the words of a program that becomes the server in the end.
    ///   - descriptors: how many files it may have open; nil for as many as the tests.
    ///   - limit: a guard against a program that hangs.
    /// - Throws: `DidNotStart`.
    public init(
        environment: [String: String], arguments: [String] = [], wrapper: [String] = [],
        descriptors: Int? = nil, limit: Duration = TimeLimits.wait
    ) throws {
        try TestThread.checkMayBlock()
        let words = wrapper + [BuiltPrograms.path("parley"), "serve", "--port", "0"] + arguments
        let limiting = descriptors.map { "ulimit -n \($0); " } ?? ""
        process = try ChildProcess(
            "/bin/sh", ["-c", limiting + #"exec "$@""#, "sh"] + words,
            environment: BuiltPrograms.environment(environment), output: output.fileHandleForWriting)
        try output.fileHandleForWriting.close()
        let guardian = Guardian(killing: process.processIdentifier, limit: limit)
        var text = ""
        while Self.agentHex(text) == nil {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
        }
        guard let address = Self.fact("address", text), let key = Self.fact("key", text),
            let agentHex = Self.agentHex(text), !guardian.hasActed
        else { throw DidNotStart(description: "parley serve does not listen. It printed:\n\(text)") }
        (self.address, self.key, self.agentHex) = (address, key, agentHex)
    }

    /// The value of a whole line `name`, tab, value.
    private static func fact(_ name: String, _ text: String) -> String? {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .first { $0.hasPrefix(name + "\t") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private static func agentHex(_ text: String) -> String? {
        fact("agent", text)?.firstMatch(of: /\(([0-9a-f]{24})\)/).map { String($0.output.1) }
    }

    /// Host and port.
    public var host: Substring { address.dropFirst("http://".count) }

    public var port: Int { host.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    public var processIdentifier: pid_t { process.processIdentifier }

    /// Ends it as Ctrl-C does.
    /// - Returns: its exit status, or the number of the signal that ended it.
    public func stop() -> Int32 {
        Foundation.kill(process.processIdentifier, SIGINT)
        switch process.waitForEnd(until: .now + TimeLimits.wait) {
        case .exited(let status), .signalled(let status): return status
        case nil:
            kill()
            return SIGKILL
        }
    }

    /// Ends it as a crash does.
    public func kill() {
        guard process.ending == nil else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        _ = process.waitForEnd(until: .now + TimeLimits.wait)
    }

    deinit {
        guard process.ending == nil else { return }
        Foundation.kill(process.processIdentifier, SIGTERM)
        _ = process.waitForEnd(until: .now + .seconds(5))
    }
}
