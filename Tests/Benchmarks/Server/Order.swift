import AgentServer
import Agents
import Foundation

/// What the load asks of the agent: the message, as JSON.
struct Order: Codable {
    /// Of 20 bytes each.
    var chunks = 1
    /// Milliseconds between two chunks.
    var pause = 0

    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}

/// A time inside a chunk, from which the receiver computes how long the chunk took. Both run on one computer.
enum Stamp {
    static func text(_ seconds: Double) -> String { "@\(Int(seconds * 1e9));" }

    /// The times in some bytes of a reply, whatever a dialect puts around them.
    static func moments(in bytes: some Collection<UInt8>) -> [Double] {
        bytes.split(separator: UInt8(ascii: "@")).compactMap { part in
            guard let end = part.firstIndex(of: UInt8(ascii: ";")) else { return nil }
            return Double(String(decoding: part[part.startIndex..<end], as: UTF8.self)).map { $0 / 1e9 }
        }
    }
}

/// An agent that does as it is ordered, at no cost of its own.
struct OrderedAgent: ReplyingAgent {
    private static let words = Samples.chunks(Samples.prose(20_000))

    func reply(to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void) async throws {
        guard let order = try? JSONDecoder().decode(Order.self, from: Data(request.message.utf8)) else {
            throw AgentFailure("The message is no order.")
        }
        for number in 0..<order.chunks {
            let isStamped = order.pause > 0 || number == 0
            try await emit(.text(isStamped ? Stamp.text(wallTime()) : Self.words[number % Self.words.count]))
            if order.pause > 0 { try await Task.sleep(for: .milliseconds(order.pause)) }
        }
    }
}
