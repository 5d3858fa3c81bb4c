import AgentAPI
import Hummingbird
import Wire

/// Writes a turn as the events of a stream.
struct XagentEventWriter {
    private var writer: any ResponseBodyWriter
    private var text = ""
    private static let messageID = "live:1"
    /// The most bytes that a frame says of one thing.
    private static let maxContent = 64 << 10

    init(writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    mutating func tell(_ event: Xagent.Event) async throws {
        try await writer.write(ByteBuffer(string: try event.encoded().encoded))
    }

    mutating func tell(_ event: TurnEvent) async throws {
        switch event {
        case .text(let piece): try await say(piece)
        case .toolCalled(let entry), .toolAnswered(let entry), .thought(let entry):
            if let step = Xagent.Step(entry) { try await tell(.step(step.shortened(to: Self.maxContent))) }
        case .began, .thinking, .ended: break
        }
    }

    /// More of the answer.
    mutating func say(_ piece: String) async throws {
        text += piece
        for part in piece.chunks(ofAtMost: Self.maxContent) {
            try await tell(.delta(messageID: Self.messageID, text: String(part)))
        }
    }

    /// Something in the silence, so that nobody between takes the connection for dead.
    mutating func ping() async throws {
        try await writer.write(ByteBuffer(string: ": ping\n\n"))
    }

    /// The end: the message as a whole, if it was told, and what the task has come to.
    mutating func complete(_ state: Xagent.TaskState) async throws {
        if text.isEmpty {
            try await tell(.status(state.status))
        } else {
            let content = text.chunks(ofAtMost: Self.maxContent).first.map(String.init) ?? ""
            let isCut = content.utf8.count < text.utf8.count
            try await tell(.message(messageID: Self.messageID, content: content, isCut: isCut))
        }
        try await tell(.completed(status: state.status, output: state.output, error: state.error))
    }
}

extension Xagent.Step {
    /// With a note of its size in place of data that is too large.
    fileprivate func shortened(to limit: Int) -> Xagent.Step {
        let size = data.compact.utf8.count
        guard size > limit else { return self }
        var note: [String: JSONValue] = ["truncated": true, "original_bytes": .integer(Int64(size))]
        for key in ["name", "phase", "role"] { note[key] = data[key] }
        var step = self
        step.data = .object(note)
        return step
    }
}
