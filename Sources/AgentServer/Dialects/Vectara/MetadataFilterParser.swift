import AgentAPI
import Wire

/// Parses the conditions of a ``MetadataFilter``: `OR` binds least, then `AND`, then `NOT`.
struct MetadataFilterParser {
    struct SyntaxError: Error {
        var message: String
    }

    private enum Token: Hashable {
        case name(String)
        case text(String)
        case number(Double)
        case mark(String)
    }

    private var tokens: ArraySlice<Token>
    private var depth = 0

    private static let maxLength = 1000
    private static let maxDepth = 20
    private static let scopes: Set = ["doc", "session", "metadata"]

    static func parse(_ text: String) throws -> MetadataFilter.Condition {
        guard text.utf8.count <= maxLength else { throw SyntaxError(message: "is too long") }
        var parser = MetadataFilterParser(tokens: try tokens(of: text)[...])
        let condition = try parser.either()
        guard parser.tokens.isEmpty else { throw SyntaxError(message: "goes on after its end") }
        return condition
    }

    // MARK: Conditions

    private mutating func either() throws -> MetadataFilter.Condition {
        var condition = try both()
        while consume(word: "or") { condition = .either(condition, try both()) }
        return condition
    }

    private mutating func both() throws -> MetadataFilter.Condition {
        var condition = try single()
        while consume(word: "and") { condition = .both(condition, try single()) }
        return condition
    }

    private mutating func single() throws -> MetadataFilter.Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw SyntaxError(message: "is nested too deep") }
        if consume(word: "not") { return .not(try single()) }
        if consume(mark: "(") {
            let condition = try either()
            guard consume(mark: ")") else { throw SyntaxError(message: "misses a closing parenthesis") }
            return condition
        }
        return try comparison()
    }

    private mutating func comparison() throws -> MetadataFilter.Condition {
        guard case .name(let name)? = tokens.popFirst() else { throw SyntaxError(message: "misses a name") }
        let path = Self.path(name)
        if consume(word: "is") {
            let isNegated = consume(word: "not")
            guard consume(word: "null") else { throw SyntaxError(message: "misses NULL after IS") }
            return isNegated ? .not(.isMissing(path)) : .isMissing(path)
        }
        let isNegated = consume(word: "not")
        if consume(word: "in") {
            let values = try list()
            return isNegated ? .not(.isOneOf(path, values)) : .isOneOf(path, values)
        }
        guard !isNegated, case .mark(let mark)? = tokens.popFirst(),
            let comparison = MetadataFilter.Comparison(rawValue: mark == "!=" ? "<>" : mark)
        else { throw SyntaxError(message: "misses a comparison after \(name)") }
        return .compare(path, comparison, try value())
    }

    private mutating func list() throws -> [JSONValue] {
        guard consume(mark: "(") else { throw SyntaxError(message: "misses a list after IN") }
        var values = [try value()]
        while consume(mark: ",") { values.append(try value()) }
        guard consume(mark: ")") else { throw SyntaxError(message: "misses a closing parenthesis") }
        return values
    }

    private mutating func value() throws -> JSONValue {
        switch tokens.popFirst() {
        case .text(let text): return .string(text)
        case .number(let number): return .number(number)
        case .name(let name) where name.lowercased() == "true": return true
        case .name(let name) where name.lowercased() == "false": return false
        default:
            throw SyntaxError(message: "misses a value: a number, true, false, or a text in single quotes")
        }
    }

    private static func path(_ name: String) -> [String] {
        let parts = name.split(separator: ".").map(String.init)
        return parts.count > 1 && scopes.contains(parts[0]) ? Array(parts.dropFirst()) : parts
    }

    private mutating func consume(word: String) -> Bool {
        guard case .name(let name)? = tokens.first, name.lowercased() == word else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func consume(mark: String) -> Bool {
        guard tokens.first == .mark(mark) else { return false }
        tokens.removeFirst()
        return true
    }

    // MARK: Tokens

    private static func tokens(of text: String) throws -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "'" {
                tokens.append(.text(try quoted(&rest)))
            } else if let mark = ["<=", ">=", "<>", "!=", "=", "<", ">", "(", ")", ","].first(
                where: rest.hasPrefix)
            {
                tokens.append(.mark(mark))
                rest.removeFirst(mark.count)
            } else {
                tokens.append(try word(&rest))
            }
        }
        return tokens
    }

    /// A quote within a text is written twice.
    private static func quoted(_ rest: inout Substring) throws -> String {
        var text = ""
        rest.removeFirst()
        while let character = rest.popFirst() {
            guard character == "'" else {
                text.append(character)
                continue
            }
            guard rest.first == "'" else { return text }
            text.append("'")
            rest.removeFirst()
        }
        throw SyntaxError(message: "misses a closing quote")
    }

    private static func word(_ rest: inout Substring) throws -> Token {
        let word = rest.prefix { $0.isLetter || $0.isNumber || "_.-".contains($0) }
        guard let first = word.first else {
            throw SyntaxError(message: "cannot be read at “\(rest.prefix(10))”")
        }
        rest.removeFirst(word.count)
        guard first.isNumber || first == "-" || first == "." else { return .name(String(word)) }
        guard let number = Double(word), number.isFinite else {
            throw SyntaxError(message: "has no number in “\(word.prefix(20))”")
        }
        return .number(number)
    }
}
