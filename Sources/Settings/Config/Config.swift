/// What `config.toml` says.
public struct Config: Hashable, Sendable {
    /// A theme's name, or `auto`: the terminal's own colours, light or dark after its background.
    public var theme: String
    /// The most megabytes of one reply that are received and kept, 1 to 1024.
    public var replyLimit: Int
    /// How many polls of background turns may begin in a second, of all accounts together.
    public var pollsPerSecond = 20
    /// Whether the account of Parley's own server is offered, after all others.
    public var showsLocal = true
    public var alerts = Alerts()
    public var appearance = Appearance()
    /// In the order of the file.
    public var accounts: [Account]
    /// Whether the file has further accounts that cannot be used, or may have: it cannot be read.
    public internal(set) var hasUnusableAccounts = false
    /// The environment variables that hold the keys of accounts, also of those that cannot be used.
    public internal(set) var keyVariables: Set<String> = []

    public init(theme: String = "auto", replyLimit: Int = 64, accounts: [Account] = []) {
        self.theme = theme
        self.replyLimit = replyLimit
        self.accounts = accounts
    }

    /// The user of accounts that name none: the login name.
    public static func defaultUser(in environment: [String: String]) -> String {
        environment["USER"] ?? environment["LOGNAME"] ?? "parley"
    }

    /// One account of one service.
    public struct Account: Hashable, Sendable {
        public enum Service: String, CaseIterable, Sendable {
            case lyzr
            case xagent = "chat-tasks"
            case aui, vectara
        }

        /// Where the key comes from. It never holds the key itself.
        public enum KeySource: Hashable, Sendable {
            case environment(String)
            case command([String])
            case file(String)
        }

        public struct Agent: Hashable, Sendable {
            public var id: String
            public var name: String
            public init(id: String, name: String) {
                self.id = id
                self.name = name
            }
        }

        public var name: String
        public var service: Service
        public var url: String
        public var key: KeySource
        public var user: String
        public var agents: [Agent]
        /// Whether key and messages may go over the network without encryption.
        public var isInsecure: Bool
        /// A file with certificate authorities that are trusted besides the system's.
        public var authorityFile: String?

        public init(
            name: String, service: Service, url: String, key: KeySource, user: String, agents: [Agent],
            isInsecure: Bool = false, authorityFile: String? = nil
        ) {
            self.name = name
            self.service = service
            self.url = url
            self.key = key
            self.user = user
            self.agents = agents
            self.isInsecure = isInsecure
            self.authorityFile = authorityFile
        }
    }
}
