import Programs
import Wire

/// A program that reads the message from its standard input and prints the answer.
public struct CommandAgent: ReplyingAgent {
    /// What the program reads.
    public enum Input: Hashable, Sendable {
        /// The message alone.
        case message
        /// One JSON object on one line: `conversation` (its key), `history` (a list of `role`, which is `user`, `agent` or `summary`,
        /// and `text`, oldest first), `message`, `instructions` (or null) and `background` (true or false).
        case json
    }

    public struct Configuration: Sendable {
        /// The program and its arguments. No shell is involved.
        public var words: [String]
        public var environment: [String: String]
        /// The variables that it does not get, asked for at each start.
        public var hiddenVariables: @Sendable () -> Set<String> = { [] }
        /// Its working directory; nil for the server's.
        public var folder: String?
        public var input: Input
        /// How what it prints is meant to be read.
        public var format = TextFormat.markdown
        /// How much of the conversation it is given, in characters.
        public var history = 24_000
        /// How long it may take.
        public var timeout: Duration = .seconds(600)
        /// How long it has to exit after SIGTERM, before it is killed.
        public var grace: Duration = .seconds(2)
        /// Ends the program with this process, if that is killed; nil leaves it running then.
        public var registry: ProgramRegistry?

        public init(words: [String], environment: [String: String], input: Input = .message) {
            self.words = words
            self.environment = environment
            self.input = input
        }
    }

    private let configuration: Configuration

    public init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    public var followsInstructions: Bool { configuration.input == .json }
    public var historyLimit: Int? { configuration.history }

    public func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        var run = ProgramRun(
            words: configuration.words, environment: environment(for: request),
            timeout: configuration.timeout,
            grace: configuration.grace)
        run.folder = configuration.folder
        run.registry = configuration.registry
        run.input = input(for: request)
        var text = OutputText()
        if configuration.format != .markdown { try await emit(.format(configuration.format)) }
        do {
            try await run.run { bytes in
                let piece = text.decode(bytes)
                if !piece.isEmpty { try await emit(.text(piece)) }
            }
        } catch let failure as ProgramFailure {
            try await finish(&text, emit)
            throw AgentFailure(description(of: failure))
        }
        try await finish(&text, emit)
    }

    private func finish(
        _ text: inout OutputText, _ emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        let rest = text.finish()
        if !rest.isEmpty { try await emit(.text(rest)) }
    }

    private func description(of failure: ProgramFailure) -> String {
        let name = configuration.words.first?.split(separator: "/").last ?? ""
        let reason =
            switch failure.reason {
            case .notFound: "was not found. Install it, or write its whole path as the agent's command"
            case .folderNotAccessible:
                "cannot run in \(configuration.folder ?? ""): there is no such folder, or it is closed"
            case .notStarted(let reason): "could not be started (\(reason))"
            case .timedOut(let timeout): "took longer than \(timeout.components.seconds) s and was ended"
            case .outputLimitExceeded: "wrote too much"
            case .exited(let code): "failed with exit status \(code)"
            case .signaled(let signal): "was ended by signal \(signal)"
            }
        return "The program \(name) \(reason)" + (failure.lastLines.isEmpty ? "." : ":\n\(failure.lastLines)")
    }

    private func environment(for request: AgentRequest) -> [String: String] {
        let hidden = configuration.hiddenVariables()
        return configuration.environment.filter { !hidden.contains($0.key) }
            .merging(["PARLEY_CONVERSATION": request.conversation]) { _, own in own }
    }

    private func input(for request: AgentRequest) -> [UInt8] {
        switch configuration.input {
        // Many programs ignore a last line without its end.
        case .message: Array((request.message + (request.message.hasSuffix("\n") ? "" : "\n")).utf8)
        case .json: Array((json(for: request).compact + "\n").utf8)
        }
    }

    private func json(for request: AgentRequest) -> JSONValue {
        let history = HistoryBudget(characters: configuration.history).trim(request.history)
        return [
            "conversation": .string(request.conversation),
            "history": .array(
                history.map { ["role": .string($0.role.rawValue), "text": .string($0.text)] }),
            "message": .string(request.message),
            "instructions": request.instructions.map(JSONValue.string) ?? .null,
            "background": .bool(request.isInBackground),
        ]
    }
}

/// Decodes what a program prints: whole characters, without the line ends at the very end, as in a shell's `$(…)`.
struct OutputText: Sendable {
    private var decoder = UTF8Decoder()
    private var lineEnds = ""

    mutating func decode(_ bytes: [UInt8]) -> String {
        withoutTrailingLineEnds(decoder.decode(bytes))
    }

    mutating func finish() -> String {
        withoutTrailingLineEnds(decoder.finish())
    }

    /// Line ends are held back until something follows them.
    private mutating func withoutTrailingLineEnds(_ text: String) -> String {
        let all = lineEnds + text
        let end = all.lastIndex { !$0.isNewline }.map(all.index(after:)) ?? all.startIndex
        lineEnds = String(all[end...])
        return String(all[..<end])
    }
}
