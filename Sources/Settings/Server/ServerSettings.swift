/// What `server.toml` says: where the local server listens, what it takes on, and the agents that answer. The keys of its clients
/// are not in the file: they are made by `parley serve keys` and kept in the store, hashed.
public struct ServerSettings: Hashable, Sendable {
    /// The address that `parley serve` listens on.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// The path that everything lies under: empty, or with a slash at its start and none at its end.
    public var prefix: String
    /// The database of conversations and keys; nil for the one in the data folder.
    public var store: String?
    /// What the file says of them; the others are as the server has them.
    public var limits: [Limit: Int]
    /// In the order of the file, the first one the default; nil where the file names none, so that the server may look for models itself.
    public var agents: [Agent]?

    public init(
        host: String = "127.0.0.1", port: Int = 4477, prefix: String = "", store: String? = nil,
        limits: [Limit: Int] = [:], agents: [Agent]? = nil
    ) {
        self.host = host
        self.port = port
        self.prefix = prefix
        self.store = store
        self.limits = limits
        self.agents = agents
    }

    /// What can be limited, by its name in the file.
    public enum Limit: String, CaseIterable, Sendable {
        case bodySize = "body-size"
        case headerSize = "header-size"
        case backgroundTurns = "background-turns"
        case requestsPerMinute = "requests-per-minute"
        case streamsPerKey = "streams-per-key"
        case firstRequestTimeout = "first-request-timeout"
        case silenceTimeout = "silence-timeout"

        /// What makes sense; sizes are in bytes, times in seconds, and 0 requests or streams are any number.
        var range: ClosedRange<Int> {
            switch self {
            case .bodySize: 1024...(1 << 30)
            case .headerSize: 1024...(1 << 20)
            case .backgroundTurns: 1...256
            case .requestsPerMinute, .streamsPerKey: 0...1_000_000
            case .firstRequestTimeout, .silenceTimeout: 1...86_400
            }
        }
    }

    /// One agent: its names, and what answers.
    public struct Agent: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case guide
            case openAI(Model)
            case command(Program)
        }

        /// The name of its table: 1–50 letters, digits, `-` and `_`.
        public var key: String
        public var name: String?
        public var description: String?
        /// 24 hexadecimal digits; nil lets the server draw them.
        public var hex: String?
        /// nil lets the server count.
        public var id: Int?
        /// How it greets; nil for the greeting of its kind.
        public var welcome: String?
        public var suggestions: [String]?
        public var kind: Kind

        public init(
            key: String, name: String? = nil, description: String? = nil, hex: String? = nil, id: Int? = nil,
            welcome: String? = nil, suggestions: [String]? = nil, kind: Kind
        ) {
            self.key = key
            self.name = name
            self.description = description
            self.hex = hex
            self.id = id
            self.welcome = welcome
            self.suggestions = suggestions
            self.kind = kind
        }
    }

    /// A language model behind an endpoint that speaks OpenAI's chat completions.
    public struct Model: Hashable, Sendable {
        /// What `/chat/completions` is appended to: `http://127.0.0.1:11434/v1`.
        public var url: String
        public var model: String
        /// nil where the endpoint wants none.
        public var key: Config.Account.KeySource?
        public var system: String?
        public var temperature: Double?
        public var topP: Double?
        public var maxTokens: Int?
        /// How much of the conversation the model is given, in characters.
        public var history: Int?
        /// Seconds until a connection stands, until the answer begins, and of silence within it.
        public var connectTimeout: Int?
        public var firstByteTimeout: Int?
        public var silenceTimeout: Int?

        public init(url: String, model: String) {
            self.url = url
            self.model = model
        }
    }

    /// A program that is given the message and prints the answer.
    public struct Program: Hashable, Sendable {
        public enum Input: String, CaseIterable, Sendable {
            /// The message, and nothing else.
            case message
            /// One JSON object with the message and what was said before.
            case json
        }

        /// The program and its arguments.
        public var words: [String]
        public var input: Input
        /// Where it runs; nil where the server runs.
        public var folder: String?
        /// Seconds.
        public var timeout: Int?
        /// How much of the conversation it is given, in characters.
        public var history: Int?

        public init(words: [String], input: Input = .message) {
            self.words = words
            self.input = input
        }
    }
}
