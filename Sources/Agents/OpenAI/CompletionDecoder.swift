import Foundation
import Wire

/// Decodes what an endpoint sends: the chunks of a streamed completion, or a whole document where it does not stream. Unknown fields are
/// ignored. Servers name the model's reasoning in several ways, and some leave the others null or empty.
struct CompletionDecoder: Sendable {
    /// A tool call whose pieces are still coming.
    private struct Call {
        var id: String
        /// Whether the id is the server's.
        var hasID: Bool
        var name = ""
        var arguments = ""
    }

    /// In their order, each with its index in the stream.
    private var calls: [(index: Int64?, call: Call)] = []
    /// Emitted, but without a result.
    private var unanswered: [Call] = []
    /// Why the model stopped, once it has.
    private var finishReason: String?
    private var hasText = false
    /// The stream has announced its end.
    private(set) var isDone = false
    /// The first chunk that could not be read.
    private var unreadable: String?
    private var thoughts = ThoughtSplitter()
    /// The last that was said of the tokens.
    private var usage: TokenUsage?

    /// Decodes a chunk of the stream.
    /// - Throws: ``CompletionError`` if the chunk is an error.
    mutating func decode(_ event: ServerSentEvent) throws(CompletionError) -> [AgentEvent] {
        if event.name == "error" { throw .reported(ErrorBody(event.data.utf8).text) }
        if event.data.trimmingCharacters(in: .whitespaces) == "[DONE]" {
            finishReason = finishReason ?? "stop"
            isDone = true
            return []
        }
        guard let chunk = JSONValue(text: event.data), case .object = chunk else {
            if event.data.contains(where: { !$0.isWhitespace }) { unreadable = unreadable ?? event.data }
            return []
        }
        try Self.check(chunk)
        note(usage: chunk["usage"])
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
            throw .unexpected(document.compact)
        }
        let events = decode(delta: message)
        note(usage: document["usage"])
        finishReason = choice["finish_reason"]?.string ?? "stop"
        return events + endCalls()
    }

    /// The events that were held back. Call at the end of the stream, before ``finish()``, which may throw.
    mutating func flush() -> [AgentEvent] {
        noting(thoughts.finish()) + endCalls() + (usage.map { [.usage($0)] } ?? [])
    }

    /// Some endpoints say it once at the end, some with every chunk.
    private mutating func note(usage: JSONValue?) {
        func count(_ name: String) -> Int64? {
            if case .integer(let count)? = usage?[name], count >= 0 { count } else { nil }
        }
        let (input, output) = (count("prompt_tokens"), count("completion_tokens"))
        if input != nil || output != nil { self.usage = TokenUsage(input: input, output: output) }
    }

    /// Call at the end of the stream.
    /// - Returns: The ends of the tool calls.
    /// - Throws: ``CompletionError`` if the stream ended before the model did, or a filter or a limit stopped the model.
    mutating func finish() throws(CompletionError) -> [AgentEvent] {
        if let unreadable { throw .unreadableChunk(ErrorBody(text: unreadable).text) }
        guard let finishReason else { throw .truncated }
        if finishReason == "content_filter" { throw .contentFiltered }
        if finishReason == "length" { throw .lengthReached }
        return answerCalls(wereRun: !wantsTool)
    }

    /// The tool whose result the model waits for instead of answering; nil if it does not.
    var missingTool: String? { !hasText && wantsTool ? lastCalled : nil }

    private var wantsTool: Bool { finishReason == "tool_calls" || finishReason == "function_call" }

    private var lastCalled: String?

    /// An error has many shapes; a choice may have one of its own.
    private static func check(_ chunk: JSONValue) throws(CompletionError) {
        let choices = chunk["choices"]?.elements ?? []
        let suspects = choices.isEmpty ? [chunk] : [["error": chunk["error"] ?? .null]] + choices.prefix(1)
        if let error = suspects.lazy.compactMap({ ErrorBody(reportedIn: $0) }).first {
            throw .reported(error.text)
        }
    }

    // MARK: Pieces

    private mutating func decode(delta: JSONValue) -> [AgentEvent] {
        if delta["role"]?.string == "tool" { return result(delta) }
        var events: [AgentEvent] = []
        if let thought = Self.thought(in: delta) { events += endCalls() + [.thinking(thought)] }
        if let text = Self.text(of: delta["content"]), !text.isEmpty {
            events += endCalls() + noting(thoughts.split(text))
        }
        for piece in delta["tool_calls"]?.elements ?? [] { decode(call: piece) }
        if let call = delta["function_call"], !call.isNull { decode(call: ["index": 0, "function": call]) }
        return events
    }

    /// The first that is there of the names of reasoning; with the last, it is a list of parts.
    private static func thought(in delta: JSONValue) -> String? {
        let named = ["reasoning_content", "reasoning", "thinking", "reasoning_text"].lazy
            .compactMap { delta[$0]?.string }
        return named.first { !$0.isEmpty }
            ?? text(of: delta["reasoning_details"]).flatMap { $0.isEmpty ? nil : $0 }
            ?? parts(of: delta["content"]) { text(of: $0["thinking"]) }
    }

    /// What the parts of a content have, joined; nil if they have nothing.
    private static func parts(of content: JSONValue?, _ read: (JSONValue) -> String?) -> String? {
        let found = content?.elements?.compactMap(read).joined() ?? ""
        return found.isEmpty ? nil : found
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

    /// A call comes in pieces: the first has its id and name, the others more of its arguments. Servers differ in whether pieces have an
    /// index, and whether calls have different ones: another id begins another call. Calls end with the text or thought after them.
    private mutating func decode(call piece: JSONValue) {
        let index: Int64? = if case .integer(let number)? = piece["index"] { number } else { nil }
        let id = piece["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let known = calls.lastIndex { known in
            if let id, known.call.hasID { return known.call.id == id }
            return known.index == index && (index != nil || piece["function"]?["name"]?.string == nil)
        }
        var call =
            known.map { calls[$0].call }
            ?? Call(id: id ?? "call_\(unanswered.count + calls.count + 1)", hasID: id != nil)
        call.name += piece["function"]?["name"]?.string ?? ""
        switch piece["function"]?["arguments"] {
        case .string(let more)?: call.arguments += more
        case let whole? where !whole.isNull: call.arguments += whole.compact
        default: break
        }
        if let known { calls[known].call = call } else { calls.append((index, call)) }
    }

    private mutating func endCalls() -> [AgentEvent] {
        let whole = calls.map(\.call)
        calls = []
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
