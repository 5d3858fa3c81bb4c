/// A command typed into the input: `/name argument`.
struct SlashCommand: Hashable, Sendable {
    /// Without the slash: letters, digits, `-` and `_`.
    var name: String
    /// Names the argument in the hint (`TEXT`); nil where the command takes none.
    var argument: String?
    /// What the argument can be.
    var values: Values
    var summary: String

    /// What an argument is one of; the menu offers these.
    enum Values: Hashable, Sendable {
        /// Any text.
        case any
        case themes, tasks, agents, accounts, files, templates
    }

    init(name: String, argument: String? = nil, values: Values = .any, summary: String) {
        self.name = name
        self.argument = argument
        self.values = values
        self.summary = summary
    }

    /// As it is typed: `/bg TEXT`.
    var usage: String { "/" + name + (argument.map { " " + $0 } ?? "") }

    /// What a text means when it is sent.
    enum Input: Hashable, Sendable {
        case empty
        case message(String)
        /// The argument is the rest of the text without surrounding whitespace; it may have several lines.
        case command(name: String, argument: String)
    }

    /// A text is a command when it begins with a slash and a name, or is a slash alone. Two slashes and a name send the
    /// text with one slash; anything else is sent as it is: a space before the slash, a path, a comment.
    static func parse(_ text: String) -> Input {
        guard !text.allSatisfy(\.isWhitespace) else { return .empty }
        guard text.first == "/" else { return .message(text) }
        let rest = text.dropFirst()
        let slashes = rest.prefix { $0 == "/" }.count
        let name = rest.dropFirst(slashes).prefix { !$0.isWhitespace }
        let isName = name.allSatisfy(isPartOfName) && (!name.isEmpty || rest.isEmpty)
        switch (isName, slashes) {
        case (true, 0): return .command(name: String(name), argument: trimmed(rest[name.endIndex...]))
        case (true, 1): return .message(String(rest))
        default: return .message(text)
        }
    }

    /// The commands that a text may be the start of: the exact name, names that begin with it, then names that contain
    /// its letters, the best first. None when the text has no slash, or has reached the argument.
    static func candidates(for text: String, among commands: [SlashCommand]) -> [SlashCommand] {
        guard let typed = typedName(in: text) else { return [] }
        let exact = commands.filter { $0.name == typed }
        let begun = commands.filter { $0.name != typed && $0.name.hasPrefix(typed) }
        let ranked = FuzzyMatcher.rank(typed, commands.lazy.map(\.name)).map { commands[$0.index] }
        return exact + begun + ranked.filter { !$0.name.hasPrefix(typed) }
    }

    /// The command that a text is of, and what is typed of its argument so far; nil before the space behind its name.
    static func argument(in text: String, among commands: [SlashCommand]) -> (SlashCommand, typed: String)? {
        guard text.first == "/", let space = text.firstIndex(of: " ") else { return nil }
        let name = text[..<space].dropFirst()
        guard let command = commands.first(where: { $0.name == name && $0.argument != nil }) else {
            return nil
        }
        return (command, String(text[space...].drop { $0 == " " }))
    }

    /// What follows the slash, while it can be the start of a name.
    private static func typedName(in text: String) -> String? {
        guard text.first == "/", text.dropFirst().allSatisfy(isPartOfName) else { return nil }
        return String(text.dropFirst())
    }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "-" || character == "_"
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        let end = start.lastIndex { !$0.isWhitespace }.map { start.index(after: $0) } ?? start.startIndex
        return String(start[..<end])
    }
}
