/// The significant words of a question, with their synonyms in the manual.
enum Vocabulary {
    /// What a question is about, in its order; synonyms count once.
    static func concepts(in text: String) -> [Concept] {
        var concepts: [Concept] = []
        for word in words(of: text) where isSignificant(word) {
            let concept = Concept(word: word, synonyms: groups[word] ?? [word])
            if !concepts.contains(where: { $0.synonyms.contains(word) }) { concepts.append(concept) }
        }
        return concepts
    }

    /// Whether a word says something about the subject of a question.
    static func isSignificant(_ word: String) -> Bool { !fillers.contains(word) }

    /// Lower-case words; `Ctrl-Q` and `key-env` are one word each.
    static func words(of text: String) -> [String] {
        text.lowercased().replacing("●", with: " mark dot ").replacing("✗", with: " mark cross ")
            .replacing(/n['’]t\b/, with: " not").replacing(/['’]s\b/, with: "")
            .split { !($0.isLetter || $0.isNumber || $0 == "-") }
            .map { word in String(word.drop { $0 == "-" }) }
            .map { $0.hasSuffix("-") ? String($0.dropLast()) : $0 }
            .filter { !$0.isEmpty }
    }

    /// Words that say nothing about the subject of a question.
    private static let fillers: Set<String> = [
        "a", "about", "all", "am", "an", "and", "any", "anything", "are", "as", "at", "be", "but", "by",
        "can",
        "could", "did", "do", "does", "else", "for", "from", "get", "give", "has", "have", "how", "i", "if",
        "im",
        "in", "into", "is", "it", "its", "just", "know", "let", "like", "make", "may", "me", "might", "my",
        "of",
        "off", "ok", "okay", "on", "one", "or", "our", "out", "parley", "please", "possible", "should", "so",
        "some",
        "someone", "something", "tell", "than", "that", "the", "their", "them", "then", "there", "these",
        "they",
        "thing", "things", "this", "those", "to", "too", "up", "us", "use", "used", "using", "want", "was",
        "way",
        "we", "what", "whats", "when", "where", "which", "who", "whose", "why", "will", "with", "work",
        "works",
        "would", "you", "your", "explain", "show", "need", "mean", "means", "also", "s", "t", "don", "doesn",
        "support", "supported", "anywhere", "without", "not", "only", "happens", "happen", "still", "already",
        "find", "see", "go", "going", "goes", "put", "cannot", "doing", "got", "getting", "able", "ever",
        "good", "isn", "ain", "meaning", "much", "many", "hi", "hello", "hey",
        "describe", "more", "exactly", "actually", "really", "now", "here",
    ]

    private static let groups: [String: Set<String>] = {
        var groups: [String: Set<String>] = [:]
        for line in synonyms.split(separator: "\n") {
            let group = Set(line.split(separator: " ").map(String.init))
            for word in group { groups[word, default: []].formUnion(group) }
        }
        return groups
    }()

    /// One line per meaning.
    private static let synonyms = """
        quit exit leave close terminate
        theme themes colour colours color colors palette appearance look dark light
        key keys shortcut shortcuts binding bindings keybinding keybindings hotkey hotkeys keyboard
        rebind remap keymap keys.toml rebindable
        task tasks conversation conversations chat chats session sessions thread threads
        send submit post sending
        background bg asynchronous async
        stop interrupt cancel abort halt
        copy clipboard yank copying
        search find searching lookup
        scroll scrolling page
        draft drafts unsent
        config configuration configure settings setting options preferences setup
        install installation installing build compile
        server serve local
        agent agents bot bots
        account accounts login vendor vendors service services
        newline multiline multi-line
        history previous earlier
        unread notification notifications notify bell attention alert
        export save transcript
        delete remove erase
        archive archived hide
        rename title name
        link links url urls hyperlink
        editor edit vim emacs nano
        suspend ctrl-z
        switch switcher switching jump
        help manual documentation docs
        secret secrets password token api-key credentials
        script scripts scripting pipe pipes automation
        start begin launch run running
        test tests testing
        requirement requirements need needs dependencies dependency
        ssh remote tmux
        background poll polling polled
        privacy private data stored storage store
        error errors fail fails failed failure problem problems trouble
        retry resend again
        create new
        list lists overview
        readline editing
        """
}

/// A word of a question and its synonyms.
struct Concept: Hashable, Sendable {
    var word: String
    var synonyms: Set<String>

    /// Matches any of the words in the full-text index. Quoted, so that nothing a person types counts as syntax.
    var query: String { Self.query(synonyms) }

    /// Matches the word itself in the full-text index.
    var wordQuery: String { Self.query([word]) }

    private static func query(_ words: Set<String>) -> String {
        words.sorted().map { "\"\($0.replacing("\"", with: ""))\"" }.joined(separator: " OR ")
    }

    /// Whether a line mentions it, as far as that can be said without a stemmer.
    func occurs(in line: some StringProtocol) -> Bool {
        let words = Vocabulary.words(of: String(line))
        return synonyms.contains { synonym in
            let stem = synonym.count > 4 ? String(synonym.dropLast(1)) : synonym
            return words.contains { $0 == synonym || (synonym.count > 3 && $0.hasPrefix(stem)) }
        }
    }
}
