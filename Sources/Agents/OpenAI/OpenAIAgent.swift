import Synchronization
import Wire

/// A language model behind an endpoint that speaks OpenAI's chat completions: Ollama, llama.cpp, vLLM, LM Studio, a hosted one.
public final class OpenAIAgent: ReplyingAgent {
    public struct Timeouts: Hashable, Sendable {
        /// For the connection.
        public var connect: Duration = .seconds(5)
        /// Until the answer begins. A model that has to be loaded takes minutes.
        public var firstByte: Duration = .seconds(300)
        /// For a silence in the middle of the answer.
        public var idle: Duration = .seconds(120)
        /// For an examination, which asks for the models.
        public var diagnosis: Duration = .seconds(30)
    }

    public struct Configuration: Sendable {
        /// `/chat/completions` is appended to it unless it ends so; `/v1` is added if it has no path.
        public var url: String
        public var model: String
        /// Fetches the key; nil if the endpoint needs none. The client sees the text of the error it throws.
        public var key: (@Sendable () async throws -> String)?
        /// The system prompt.
        public var system: String?
        public var temperature: Double?
        public var topP: Double?
        public var maxTokens: Int?
        /// Whether the endpoint is asked how many tokens an answer has cost; some refuse the question.
        public var asksForUsage = false
        /// How much of the conversation the model is given, in characters.
        public var history = 24_000
        public var timeouts = Timeouts()
        /// Which way to go to the endpoint.
        public var network = NetworkEnvironment()
        /// A file with certificate authorities that are trusted besides the system's.
        public var authorityFile: String?
        /// Bytes of a compressed answer, inflated.
        var inflatedLimit = WholeBody.inflatedLimit

        public init(url: String, model: String) {
            self.url = url
            self.model = model
        }
    }

    let configuration: Configuration
    let endpoint: CompletionEndpoint
    /// Kept between requests, since fetching it may run a program.
    private let knownKey = Mutex<String?>(nil)

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        endpoint = CompletionEndpoint(
            url: configuration.url, connectTimeout: configuration.timeouts.connect,
            network: configuration.network,
            authorities: [configuration.authorityFile].compactMap(\.self),
            inflatedLimit: configuration.inflatedLimit)
    }

    public var followsInstructions: Bool { true }
    public var historyLimit: Int? { configuration.history }

    public func reply(
        to request: AgentRequest, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        let key = try await key()
        do {
            try await ask(request, key: key, emit: emit)
        } catch CompletionFailure.unauthorized(let failure) {
            // Nothing was accepted: an expired key is fetched again.
            knownKey.withLock { $0 = nil }
            guard let other = try? await self.key(), other != key else {
                try Task.checkCancellation()
                throw failure
            }
            try await ask(request, key: other, emit: emit)
        }
    }

    /// Why an endpoint that was asked once has not answered.
    private enum CompletionFailure: Error {
        case unauthorized(AgentFailure)
    }

    private func ask(
        _ request: AgentRequest, key: String?, emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        let timeouts = configuration.timeouts
        let timeout = IdleTimeout(first: timeouts.firstByte, idle: timeouts.idle)
        let (answer, work) = endpoint.ask(body(for: request), key: key, timeout: timeout)
        defer { work.cancel() }
        do {
            try await pass(answer, timeout: timeout, to: emit)
        } catch let error as CompletionError {
            try Task.checkCancellation()
            let failure = AgentFailure(description(key).text(for: error))
            throw error.isUnauthorized ? CompletionFailure.unauthorized(failure) : failure
        }
    }

    func description(_ key: String?) -> CompletionErrorDescription {
        CompletionErrorDescription(
            host: endpoint.host, model: configuration.model, secret: key, timeouts: configuration.timeouts,
            maxTokens: configuration.maxTokens, proxy: endpoint.proxy)
    }

    private func pass(
        _ answer: CompletionEndpoint.Answer, timeout: IdleTimeout<ContinuousClock>,
        to emit: @Sendable (AgentEvent) async throws -> Void
    ) async throws {
        var answer = answer.makeAsyncIterator()
        while true {
            timeout.startWaiting()
            guard let events = try await answer.next() else { break }
            timeout.received()
            for event in events { try await emit(event) }
        }
        try Task.checkCancellation()
    }

    private func body(for request: AgentRequest) -> JSONValue {
        CompletionRequest(
            model: configuration.model, system: configuration.system,
            history: HistoryBudget(characters: configuration.history),
            temperature: configuration.temperature, topP: configuration.topP,
            maxTokens: configuration.maxTokens, asksForUsage: configuration.asksForUsage
        ).body(for: request)
    }

    func key() async throws -> String? {
        guard let fetch = configuration.key else { return nil }
        if let known = knownKey.withLock({ $0 }) { return known }
        do {
            let key = try await fetch()
            knownKey.withLock { $0 = key }
            return key
        } catch let error as CancellationError {
            throw error
        } catch {
            throw AgentFailure("There is no key for the model \(configuration.model). \(error)")
        }
    }
}
