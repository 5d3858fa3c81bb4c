import Synchronization
import Wire

/// A language model behind an endpoint that speaks OpenAI's chat completions: Ollama, llama.cpp, vLLM, LM Studio, a hosted one.
public struct OpenAIAgent: ReplyingAgent {
    public struct Configuration: Sendable {
        /// What `/chat/completions` is appended to; `/v1` is added where the address has no path.
        public var url: String
        public var model: String
        /// Fetches the key; nil where the endpoint wants none. What it throws is told to the client.
        public var key: (@Sendable () async throws -> String)?
        /// The system prompt.
        public var system: String?
        public var temperature: Double?
        public var topP: Double?
        public var maxTokens: Int?
        /// How much of the conversation the model is given, in characters.
        public var history = 24_000
        /// Until a connection stands.
        public var connect: Duration = .seconds(5)
        /// Until the answer begins: a model that has to be loaded takes its time.
        public var firstByte: Duration = .seconds(300)
        /// Silence within the answer.
        public var silence: Duration = .seconds(120)

        public init(url: String, model: String) {
            self.url = url
            self.model = model
        }
    }

    private let configuration: Configuration
    private let endpoint: CompletionEndpoint
    /// Kept from one request to the next, for fetching it may run a program.
    private let knownKey = KnownKey()

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        endpoint = CompletionEndpoint(url: configuration.url, connect: configuration.connect)
    }

    public var followsInstructions: Bool { true }

    public func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        let key = try await key()
        let words = CompletionFailure(host: endpoint.host, model: configuration.model, secret: key)
        let patience = IdleTimeout(first: configuration.firstByte, later: configuration.silence)
        let (answer, work) = endpoint.ask(body(for: request), key: key, patience: patience)
        defer { work.cancel() }
        do {
            try await tell(answer, patience: patience, emit: emit)
        } catch let fault as CompletionFault {
            try Task.checkCancellation()
            if fault.isAboutKey { knownKey.forget() }
            throw AgentFailure(words.text(for: fault, configuration))
        }
    }

    private func tell(
        _ answer: CompletionEndpoint.Answer, patience: IdleTimeout,
        emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        var answer = answer.makeAsyncIterator()
        while true {
            patience.wait()
            guard let events = try await answer.next() else { break }
            patience.came()
            for event in events { try await emit(event) }
        }
        try Task.checkCancellation()
    }

    private func body(for request: AgentRequest) -> JSONValue {
        CompletionRequest(
            model: configuration.model, system: configuration.system,
            recollection: HistoryBudget(budget: configuration.history),
            temperature: configuration.temperature,
            topP: configuration.topP, maxTokens: configuration.maxTokens
        ).body(for: request)
    }

    private func key() async throws -> String? {
        guard let fetch = configuration.key else { return nil }
        if let known = knownKey.value { return known }
        do {
            let key = try await fetch()
            knownKey.learn(key)
            return key
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AgentFailure("There is no key for the model \(configuration.model). \(error)")
        }
    }
}

/// A key in memory, once it was fetched.
private final class KnownKey: Sendable {
    private let key = Mutex<String?>(nil)

    var value: String? { key.withLock { $0 } }

    func learn(_ new: String) { key.withLock { $0 = new } }

    func forget() { key.withLock { $0 = nil } }
}
