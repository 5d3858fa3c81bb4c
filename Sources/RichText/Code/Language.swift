/// What the highlighter knows of a language: enough to read by.
public struct Language: Hashable, Sendable {
    public struct BlockComment: Hashable, Sendable {
        public var open: String
        public var close: String
        /// Whether one may be inside another.
        public var nests: Bool

        public init(open: String, close: String, nests: Bool = false) {
            self.open = open
            self.close = close
            self.nests = nests
        }
    }

    /// How a string is written.
    public struct Quotation: Hashable, Sendable {
        public var open: String
        public var close: String
        /// Whether a backslash escapes the next character.
        public var escapes: Bool
        public var isMultiline: Bool

        public init(open: String, close: String, escapes: Bool = true, isMultiline: Bool = false) {
            self.open = open
            self.close = close
            self.escapes = escapes
            self.isMultiline = isMultiline
        }
    }

    /// What a line is that begins in a certain way.
    public struct LineStart: Hashable, Sendable {
        public var text: String
        public var role: StyleRole
        /// Whether the rest of the line is code; otherwise it has the same role.
        public var isRestCode: Bool

        public init(_ text: String, role: StyleRole, isRestCode: Bool = false) {
            self.text = text
            self.role = role
            self.isRestCode = isRestCode
        }
    }

    public enum Keys: String, CaseIterable, Hashable, Sendable {
        /// A string before a colon is a key.
        case quoted
        /// The first word of a line is a key if a colon or an equals sign follows.
        case words
    }

    /// As it follows an opening fence.
    public var name: String
    public var aliases: [String] = []
    public var keywords: Set<String> = []
    public var types: Set<String> = []
    /// Words that begin with a capital letter are types.
    public var capitalsAreTypes = false
    /// Keywords and types match in any case; they are written in lower case here.
    public var ignoresCase = false
    /// Characters of words besides letters, digits and underscores; ASCII.
    public var wordCharacters = ""
    /// Characters that begin words of a role; ASCII.
    public var prefixes: [Character: StyleRole] = [:]
    /// What begins a comment that ends with the line.
    public var lineComments: [String] = []
    /// What does so only at the start of a line.
    public var startComments: [String] = []
    public var blockComments: [BlockComment] = []
    /// The longer opening first.
    public var quotations: [Quotation] = []
    public var lineStarts: [LineStart] = []
    /// Whether lines are code that no ``lineStarts`` describes.
    public var readsOtherLines = true
    public var keys: Keys?
    /// Whether it is text with tags.
    public var hasTags = false

    public init(name: String) { self.name = name }
}

/// The languages that are known, by their names.
public struct LanguageCatalog: Sendable {
    private final class Storage: Sendable {
        let languages: [Language]
        let byName: [String: Int]

        init(_ languages: [Language]) {
            var byName: [String: Int] = [:]
            for (index, language) in languages.enumerated() {
                for alias in language.aliases { byName[alias.lowercased()] = index }
            }
            for (index, language) in languages.enumerated() { byName[language.name.lowercased()] = index }
            self.languages = languages
            self.byName = byName
        }
    }

    private let storage: Storage

    public static let empty = LanguageCatalog([])

    /// A name of several languages means the last one of them, and a name rather than an alias.
    public init(_ languages: [Language]) { storage = Storage(languages) }

    public var all: [Language] { storage.languages }

    /// - Parameter name: in any case.
    public func named(_ name: String) -> Language? {
        storage.byName[name.lowercased()].map { storage.languages[$0] }
    }
}

/// Two catalogs are equal if they are the same.
extension LanguageCatalog: Hashable {
    public static func == (one: LanguageCatalog, other: LanguageCatalog) -> Bool {
        one.storage === other.storage
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(storage)) }
}
