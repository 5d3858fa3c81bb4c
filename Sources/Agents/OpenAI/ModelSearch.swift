import AsyncHTTPClient
import NIOCore
import Wire

/// Finds model servers on this computer, at the ports they usually listen on, and makes an agent of each of their models.
public struct ModelSearch: Sendable {
    /// A port, and the server expected there.
    struct Place: Hashable, Sendable {
        var name: String
        var port: Int
    }

    private let places: [Place]
    /// For each place.
    private let timeout: Duration

    private static let usualPlaces = [
        Place(name: "Ollama", port: 11434), Place(name: "llama.cpp", port: 8080),
        Place(name: "vLLM", port: 8000), Place(name: "LM Studio", port: 1234),
    ]

    /// Looks in the usual places, for a second.
    public init() {
        self.init(places: Self.usualPlaces, timeout: .seconds(1))
    }

    init(places: [Place], timeout: Duration) {
        self.places = places
        self.timeout = timeout
    }

    /// Of one server.
    private static let maxModels = 32
    /// In characters; a longer name is no model's.
    private static let maxName = 100
    /// In bytes.
    private static let maxAnswer = 1 << 20

    /// The models that were found, as agents, in the order of the places. A place without a model server is skipped.
    /// - Parameter taken: The keys of other agents.
    public func agents(besides taken: Set<String>) async -> [AgentDefinition] {
        let found = await models()
        var taken = taken
        return zip(places, found).flatMap { place, models in
            models.map { model in
                let key = Self.key(for: model, at: place, besides: taken)
                taken.insert(key)
                return Self.agent(model, at: place, key: key)
            }
        }
    }

    private func models() async -> [[String]] {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .streaming(connect: timeout, reusesConnections: false))
        let found = await withTaskGroup(of: (Int, [String]).self) { group in
            for (index, place) in places.enumerated() {
                group.addTask { (index, (try? await models(at: place, client)) ?? []) }
            }
            return await group.reduce(into: Array(repeating: [], count: places.count)) { found, answer in
                found[answer.0] = answer.1
            }
        }
        try? await client.shutdown()
        return found
    }

    private func models(at place: Place, _ client: HTTPClient) async throws -> [String] {
        try await withThrowingTaskGroup(of: [String].self) { group in
            group.addTask {
                let request = HTTPClientRequest(url: Self.url(of: place) + "/models")
                let response = try await client.execute(request, timeout: TimeAmount(timeout))
                guard response.status == .ok else { return [] }
                return Self.names(String(buffer: try await response.body.collect(upTo: Self.maxAnswer)))
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return []
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    /// The ids in `{"data": [{"id": "…"}]}`, without embedding models.
    private static func names(_ answer: String) -> [String] {
        guard let list = JSONValue(text: answer), let models = list["data"]?.elements else {
            return []
        }
        let names = models.compactMap { $0["id"]?.string }.filter { name in
            (1...maxName).contains(name.count) && !name.lowercased().contains("embed")
                && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        return Array(names.prefix(maxModels))
    }

    private static func url(of place: Place) -> String { "http://127.0.0.1:\(place.port)/v1" }

    /// The same key for the same model each time, so that it keeps its ids and conversations.
    private static func key(for model: String, at place: Place, besides taken: Set<String>) -> String {
        let words = "\(place.name) \(model)".lowercased().split {
            !($0.isASCII && ($0.isLetter || $0.isNumber))
        }
        let base = String(words.joined(separator: "-").prefix(46))
        return (2...99).lazy.map { "\(base)-\($0)" }.first { taken.contains(base) && !taken.contains($0) }
            ?? base
    }

    private static func agent(_ model: String, at place: Place, key: String) -> AgentDefinition {
        AgentDefinition(
            key: key, name: "\(model) (\(place.name))", description: "A model on this computer.",
            welcome: "Hello! I am \(model), a language model on this computer.",
            agent: OpenAIAgent(OpenAIAgent.Configuration(url: url(of: place), model: model)))
    }
}
