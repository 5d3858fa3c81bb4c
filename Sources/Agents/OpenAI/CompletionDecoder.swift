import Wire

/// Decodes what an endpoint sends: the chunks of a streamed completion, or a whole document where it does not stream. Unknown fields are
/// ignored. Servers name the model's reasoning `reasoning_content` or `reasoning`.
struct CompletionDecoder: Sendable {
    /// A tool call whose pieces are still coming.
    private struct Call {
        var id: String
        var name = ""
        var arguments = ""
    }

    /// By their index in the stream.
    private var calls: [Int64: Call] = [:]
    /// Emitted, but without a result.
    private var unanswered: [Call] = []
    /// Why the model stopped, once it has.
    private var finishReason: String?
    private var hasText = false
    /// The stream has announced its end.
    private(set) var isDone = false
    private var thoughts = ThoughtSplitter()

    /// Decodes a chunk of the stream.
    /// - Throws: ``CompletionError`` if the chunk is an error.
    mutating func decode(_ data: String) throws(CompletionError) -> [AgentEvent] {
        if data == "[DONE]" {
            finishReason = finishReason ?? "stop"
            isDone = true
            return []
        }
        guard let chunk = JSONValue(text: data) else { return [] }
        try Self.check(chunk)
        let choice = chunk["choices"]?.elements?.first
        var events = choice?["delta"].map { decode(delta: $0) } ?? []
        if let reason = choice?["finish_reason"]?.string {
            finishReason = reason
            events += endCalls()
        }
        return events
    }

    /// Decodes a completion that came as one document.
    mutating func decode(document: JSONValue) throws(CompletionError) -> [AgentEvent] {
        try Self.check(document)
        guard let choice = document["choices"]?.elements?.first, let message = choice["message"] else {
            throw .unreadable
        }
        let events = decode(delta: message)
        finishReason = choice["finish_reason"]?.string ?? "stop"
        return events + endCalls()
    }

    /// Call at the end of the stream.
    /// - Returns: The events that were held back.
    /// - Throws: ``CompletionError`` if the stream ended before the model did, or a filter stopped the model.
    mutating func finish() throws(CompletionError) -> [AgentEvent] {
        let rest = noting(thoughts.finish())
        guard let finishReason else { throw .truncated }
        if finishReason == "content_filter" { throw .contentFiltered }
        return rest + answerCalls(wereRun: !wantsTool)
    }

    /// The tool whose result the model waits for instead of answering; nil if it does not.
    var missingTool: String? { !hasText && wantsTool ? lastCalled : nil }

    private var wantsTool: Bool { finishReason == "tool_calls" || finishReason == "function_call" }

    private var lastCalled: String?

    private static func check(_ chunk: JSONValue) throws(CompletionError) {
        guard let error = chunk["error"], !error.isNull else { return }
        throw .reported(ErrorBody(chunk).text)
    }

    // MARK: Pieces

    private mutating func decode(delta: JSONValue) -> [AgentEvent] {
        if delta["role"]?.string == "tool" { return result(delta) }
        var events: [AgentEvent] = []
        if let thought = (delta["reasoning_content"] ?? delta["reasoning"])?.string, !thought.isEmpty {
            events.append(.thinking(thought))
        }
        if let text = Self.text(of: delta["content"]), !text.isEmpty {
            events += noting(thoughts.split(text))
        }
        for piece in delta["tool_calls"]?.elements ?? [] { events += decode(call: piece) }
        return events
    }

    /// Remembers whether there was text.
    private mutating func noting(_ pieces: [AgentEvent]) -> [AgentEvent] {
        for case .text(let text) in pieces where !text.isEmpty { hasText = true }
        return pieces
    }

    /// Content is a string, or a list of parts, some of which have a text.
    private static func text(of content: JSONValue?) -> String? {
        content?.string ?? content?.elements?.compactMap { $0["text"]?.string }.joined()
    }

    // MARK: Tools

    /// A call comes in pieces: the first has its id and name, the others more of its arguments. A new call ends the one before.
    private mutating func decode(call piece: JSONValue) -> [AgentEvent] {
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

    /// Some endpoints run tools themselves and stream the results.
    private mutating func result(_ delta: JSONValue) -> [AgentEvent] {
        let events = endCalls()
        let id = delta["tool_call_id"]?.string ?? unanswered.first?.id
        guard let id, let index = unanswered.firstIndex(where: { $0.id == id }) else { return events }
        unanswered.remove(at: index)
        return events + [.toolResult(id: id, output: Self.text(of: delta["content"]) ?? "", isError: false)]
    }

    /// Ends the calls whose results never came: the endpoint ran them silently, or nothing did.
    private mutating func answerCalls(wereRun: Bool) -> [AgentEvent] {
        defer { unanswered = [] }
        return unanswered.map { call in
            .toolResult(
                id: call.id, output: wereRun ? "null" : "This agent has no tools of its own.",
                isError: !wereRun)
        }
    }
}
