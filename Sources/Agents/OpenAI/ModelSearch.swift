import AsyncHTTPClient
import NIOCore
import Wire

/// Looks for model servers on this computer, at the ports where they usually are, and makes an agent of each model that it finds.
public struct ModelSearch: Hashable, Sendable {
    /// A port, and the kind of server that is expected there.
    public struct Place: Hashable, Sendable {
        public var name: String
        public var port: Int

        public init(name: String, port: Int) {
            self.name = name
            self.port = port
        }
    }

    public var places: [Place]
    /// How long each of them has to answer.
    public var timeout: Duration

    public static let usualPlaces = [
        Place(name: "Ollama", port: 11434), Place(name: "llama.cpp", port: 8080),
        Place(name: "vLLM", port: 8000), Place(name: "LM Studio", port: 1234),
    ]

    public init(places: [Place] = usualPlaces, timeout: Duration = .seconds(1)) {
        self.places = places
        self.timeout = timeout
    }

    /// How many models of one server are offered, and how long the name of one may be.
    private static let maxModels = 32
    private static let maxName = 100
    private static let maxAnswer = 1 << 20

    /// The models that are there, as agents, in the order of the places. What does not answer as a model server is passed over.
    /// - Parameter taken: keys that other agents have.
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
            eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
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

    /// The ids in `{"data": [{"id": "…"}]}`, without the models that only turn text into numbers.
    private static func names(_ answer: String) -> [String] {
        guard let list: JSONValue = JSONValue(text: answer), let models = list["data"]?.elements else {
            return []
        }
        let names = models.compactMap { $0["id"]?.string }.filter { name in
            (1...maxName).contains(name.count) && !name.lowercased().contains("embed")
                && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        return Array(names.prefix(maxModels))
    }

    private static func url(of place: Place) -> String { "http://127.0.0.1:\(place.port)/v1" }

    /// The same for the same model each time, so that its ids and conversations stay.
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
            kind: .other(OpenAIAgent(OpenAIAgent.Configuration(url: url(of: place), model: model))))
    }
}
