/// What `server.toml` says: where the local server listens, its limits, and its agents. The keys of its clients are not in the file:
/// `parley serve keys` creates them, and the store keeps their hashes.
///
/// Agents are described here and not with the types of `Agents`, so that reading settings needs no server; `parley` maps them.
public struct ServerSettings: Hashable, Sendable {
    /// The address that `parley serve` listens on.
    public var host: String
    /// 0 lets the system choose.
    public var port: Int
    /// The path below which everything is served: empty, or with a slash at its start and none at its end.
    public var prefix: String
    /// The path of the database; nil for the one in the data folder.
    public var store: String?
    /// Only those that the file sets; the server has defaults for the others.
    public var limits: [Limit: Int]
    /// In the order of the file, the first one the default; nil if the file has none, so that the server may look for models itself.
    public var agents: [Agent]?
    /// The environment variables that hold the keys of agents, also of those that cannot be used.
    public internal(set) var keyVariables: Set<String> = []

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
        case wrongKeysPerMinute = "wrong-keys-per-minute"
        case connections
        case firstRequestTimeout = "first-request-timeout"
        case requestTimeout = "request-timeout"
        case silenceTimeout = "silence-timeout"

        /// The valid values. Sizes are in bytes, times in seconds; 0 requests, streams or keys mean no limit.
        var range: ClosedRange<Int> {
            switch self {
            case .bodySize: 1024...(1 << 30)
            case .headerSize: 1024...(1 << 20)
            case .backgroundTurns: 1...256
            case .requestsPerMinute, .streamsPerKey, .wrongKeysPerMinute: 0...1_000_000
            case .connections: 1...1_000_000
            case .firstRequestTimeout, .requestTimeout, .silenceTimeout: 1...86_400
            }
        }
    }

    /// One agent: its names, and what answers.
    public struct Agent: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case guide, demo
            case openAI(Model)
            case command(Program)
        }

        /// The name of its table: 1–50 letters, digits, `-` and `_`.
        public var key: String
        public var name: String?
        public var description: String?
        /// 24 hexadecimal digits; nil lets the server generate them.
        public var hex: String?
        /// nil lets the server assign the next number.
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
        /// nil if the endpoint needs none.
        public var key: Config.Account.KeySource?
        public var system: String?
        public var temperature: Double?
        public var topP: Double?
        public var maxTokens: Int?
        /// Whether the endpoint is asked how many tokens a reply has cost.
        public var usage = false
        /// How much of the conversation the model gets, in characters.
        public var history: Int?
        /// A file with certificate authorities that are trusted besides the system's.
        public var authorityFile: String?
        /// Timeouts in seconds: for the connection, until the answer begins, and without data within it.
        public var connectTimeout: Int?
        public var firstByteTimeout: Int?
        public var silenceTimeout: Int?

        public init(url: String, model: String) {
            self.url = url
            self.model = model
        }
    }

    /// A program that reads the message and prints the answer.
    public struct Program: Hashable, Sendable {
        public enum Input: String, CaseIterable, Sendable {
            /// The message, and nothing else.
            case message
            /// One JSON object with the message and the conversation before it.
            case json
        }

        /// How what it prints is meant to be read.
        public enum Format: String, CaseIterable, Sendable {
            case markdown
            /// As it is.
            case text
            /// As on a terminal, with colours and lines that are written over.
            case terminal
        }

        /// The program and its arguments.
        public var words: [String]
        public var input: Input
        public var format = Format.markdown
        /// The folder in which it runs; nil for the server's own.
        public var folder: String?
        /// The variables that it gets although they hold keys.
        public var environment: [String] = []
        /// In seconds.
        public var timeout: Int?
        /// How much of the conversation it gets, in characters.
        public var history: Int?

        public init(words: [String], input: Input = .message) {
            self.words = words
            self.input = input
        }
    }
}
