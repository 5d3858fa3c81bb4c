import Wire

/// Makes the events of an agent of what an endpoint sends: the chunks of a streamed completion, or the whole of one that was not streamed.
/// Unknown fields are passed over. `reasoning_content` and `reasoning`, as several servers name it, is what the model thinks.
struct CompletionDecoder: Sendable {
    /// A tool call whose pieces are still coming.
    private struct Call {
        var id: String
        var name = ""
        var arguments = ""
    }

    /// By their index in the stream.
    private var calls: [Int64: Call] = [:]
    /// Told, but without a result.
    private var unanswered: [Call] = []
    /// Why the model ended, once it has.
    private var reason: String?
    private var hasText = false
    /// The stream has said that nothing more comes.
    private(set) var isDone = false
    private var thoughts = ThoughtSplitter()

    /// The events that a chunk of the stream makes.
    /// - Throws: ``CompletionFault`` if the endpoint reports an error in the middle.
    mutating func take(_ data: String) throws(CompletionFault) -> [AgentEvent] {
        if data == "[DONE]" {
            reason = reason ?? "stop"
            isDone = true
            return []
        }
        guard let chunk = JSONValue(text: data) else { return [] }
        try Self.check(chunk)
        let choice = chunk["choices"]?.elements?.first
        var events = choice?["delta"].map { take(delta: $0) } ?? []
        if let reason = choice?["finish_reason"]?.string {
            self.reason = reason
            events += endCalls()
        }
        return events
    }

    /// The events of a completion that came as one document.
    mutating func take(document: JSONValue) throws(CompletionFault) -> [AgentEvent] {
        try Self.check(document)
        guard let choice = document["choices"]?.elements?.first, let message = choice["message"] else {
            throw .unreadable
        }
        let events = take(delta: message)
        reason = choice["finish_reason"]?.string ?? "stop"
        return events + endCalls()
    }

    /// The stream has ended: what is left to tell.
    /// - Throws: ``CompletionFault`` if it ended before the model did, or the model wants something that it is not given.
    mutating func finish() throws(CompletionFault) -> [AgentEvent] {
        let rest = told(thoughts.finish())
        guard let reason else { throw .brokenOff }
        if reason == "content_filter" { throw .filtered }
        return rest + answerCalls(wereRun: reason != "tool_calls" && reason != "function_call")
    }

    /// The tool that the model waits for, with nobody to run it; nil if it does not wait.
    var missingTool: String? {
        guard !hasText, reason == "tool_calls" || reason == "function_call" else { return nil }
        return lastCalled
    }

    private var lastCalled: String?

    private static func check(_ chunk: JSONValue) throws(CompletionFault) {
        guard let error = chunk["error"], !error.isNull else { return }
        throw .reported(ErrorBody(chunk).text)
    }

    // MARK: Pieces

    private mutating func take(delta: JSONValue) -> [AgentEvent] {
        if delta["role"]?.string == "tool" { return result(delta) }
        var events: [AgentEvent] = []
        if let thought = (delta["reasoning_content"] ?? delta["reasoning"])?.string, !thought.isEmpty {
            events.append(.thinking(thought))
        }
        if let text = Self.text(of: delta["content"]), !text.isEmpty { events += told(thoughts.take(text)) }
        for piece in delta["tool_calls"]?.elements ?? [] { events += take(call: piece) }
        return events
    }

    private mutating func told(_ pieces: [AgentEvent]) -> [AgentEvent] {
        for case .text(let text) in pieces where !text.isEmpty { hasText = true }
        return pieces
    }

    /// Content is a string, or a list of parts of which those with text count.
    private static func text(of content: JSONValue?) -> String? {
        content?.string ?? content?.elements?.compactMap { $0["text"]?.string }.joined()
    }

    // MARK: Tools

    /// A call comes in pieces; the first has its id and name, the others more of its arguments. The next call ends the one before.
    private mutating func take(call piece: JSONValue) -> [AgentEvent] {
        let index: Int64 =
            if case .integer(let number)? = piece["index"] { number } else { Int64(calls.count) }
        let isNew = calls[index] == nil
        let events = isNew ? endCalls() : []
        var call = calls[index] ?? Call(id: piece["id"]?.string ?? "call_\(unanswered.count + 1)")
        call.name += piece["function"]?["name"]?.string ?? ""
        switch piece["function"]?["arguments"] {
        case .string(let more)?: call.arguments += more
        case let whole? where !whole.isNull: call.arguments += whole.compact
        default: break
        }
        calls[index] = call
        return events
    }

    private mutating func endCalls() -> [AgentEvent] {
        let whole = calls.sorted { $0.key < $1.key }.map(\.value)
        calls = [:]
        unanswered += whole
        lastCalled = whole.last?.name ?? lastCalled
        return whole.map { call in
            .toolCall(
                id: call.id, name: call.name.isEmpty ? "tool" : call.name,
                input: call.arguments.isEmpty ? "{}" : call.arguments)
        }
    }

    /// Some endpoints run tools themselves and tell what came of them.
    private mutating func result(_ delta: JSONValue) -> [AgentEvent] {
        let events = endCalls()
        let id = delta["tool_call_id"]?.string ?? unanswered.first?.id
        guard let id, let index = unanswered.firstIndex(where: { $0.id == id }) else { return events }
        unanswered.remove(at: index)
        return events + [.toolResult(id: id, output: Self.text(of: delta["content"]) ?? "", isError: false)]
    }

    /// What nobody told the result of: done by the endpoint, or not at all.
    private mutating func answerCalls(wereRun: Bool) -> [AgentEvent] {
        defer { unanswered = [] }
        return unanswered.map { call in
            .toolResult(
                id: call.id, output: wereRun ? "null" : "This agent has no tools of its own.",
                isError: !wereRun)
        }
    }
}

/// What keeps an endpoint's answer from being one.
enum CompletionFault: Error, Hashable, Sendable {
    /// In the words of the system.
    case unreachable(String)
    case refused(status: Int, words: String, retryAfter: String?)
    case tooLate
    case silent
    case brokenOff
    case unreadable
    /// The answer is longer than anybody reads.
    case tooLong
    case filtered
    /// The endpoint began and then reported this.
    case reported(String)
    /// The model waits for a tool that nobody runs.
    case toolMissing(String)

    var isAboutKey: Bool {
        if case .refused(401, _, _) = self { true } else { false }
    }
}
