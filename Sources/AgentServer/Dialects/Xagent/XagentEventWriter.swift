import AgentAPI
import Hummingbird
import Wire

/// Writes a turn as server-sent events.
struct XagentEventWriter {
    private var writer: any ResponseBodyWriter
    /// The answer so far.
    private var text = ""

    private static let messageID = "live:1"
    /// The most bytes of content in one event.
    private static let maxContent = 64 << 10

    init(writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    mutating func write(_ event: Xagent.Event) async throws {
        try await writer.write(ByteBuffer(string: try event.encoded().encoded))
    }

    mutating func write(_ event: TurnEvent) async throws {
        switch event {
        case .text(let piece), .cards(let piece): try await write(delta: piece)
        case .toolCalled(let entry), .toolAnswered(let entry), .thought(let entry):
            if let step = Xagent.Step(entry) { try await write(.step(step.shortened(to: Self.maxContent))) }
        case .began, .thinking, .format, .usage, .ended: break
        }
    }

    /// Writes more of the answer.
    mutating func write(delta: String) async throws {
        text += delta
        for part in delta.chunks(ofAtMost: Self.maxContent) {
            try await write(.delta(messageID: Self.messageID, text: String(part)))
        }
    }

    /// Keeps proxies from closing a silent connection.
    mutating func ping() async throws {
        try await writer.write(ByteBuffer(string: ": ping\n\n"))
    }

    /// Writes the complete message, if there were deltas, and the final state of the task.
    mutating func complete(_ state: Xagent.TaskState) async throws {
        if text.isEmpty {
            try await write(.status(state.status))
        } else {
            let content = text.chunks(ofAtMost: Self.maxContent).first.map(String.init) ?? ""
            let isCut = content.utf8.count < text.utf8.count
            try await write(.message(messageID: Self.messageID, content: content, isCut: isCut))
        }
        if let question = state.question {
            try await write(.inputRequired(prompt: question.text, taskID: state.taskID))
        } else {
            try await write(.completed(status: state.status, output: state.output, error: state.error))
        }
    }
}

extension Xagent.Step {
    /// Replaces data that is too large by a note of its size.
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
