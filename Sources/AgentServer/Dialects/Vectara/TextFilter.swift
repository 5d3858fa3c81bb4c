import Hummingbird

/// The `filter` of a listing: a regular expression that must match somewhere in one of a few short texts.
///
/// The engine backtracks, so what a client writes is kept from taking forever: the expression is short, repeats only single
/// characters and classes, and does so a few times at most; of each text only the beginning is looked at.
struct TextFilter: Sendable {
    private let source: String

    private static let maxLength = 100
    private static let maxRepeats = 3
    private static let textLength = 200

    /// nil if the request has no filter.
    init?(_ request: Request) throws {
        guard let source = request.query("filter"), !source.isEmpty else { return nil }
        self.source = source
        guard source.count <= Self.maxLength else { throw Self.refusal("is too long") }
        guard Self.isTame(source) else { throw Self.refusal("repeats too much for this server") }
        _ = try compiled()
    }

    func matches(_ texts: [String?]) throws -> Bool {
        let expression = try compiled()
        return texts.contains { text in
            guard let text else { return false }
            return (try? expression.firstMatch(in: text.prefix(Self.textLength))) != nil
        }
    }

    private func compiled() throws -> Regex<AnyRegexOutput> {
        do {
            return try Regex(source).ignoresCase()
        } catch {
            throw Self.refusal("is not a regular expression")
        }
    }

    private static func isTame(_ source: String) -> Bool {
        var repeats = 0
        var before: Character?
        for character in source {
            if before == "\\", character.isNumber || character == "k" { return false }
            if "*+{?".contains(character), before != "\\" {
                if before == ")" { return false }
                repeats += 1
            }
            before = before == "\\" ? nil : character
        }
        return repeats <= maxRepeats
    }

    private static func refusal(_ message: String) -> APIError {
        APIError(.invalid([Fault(path: ["query", "filter"], kind: .malformed, message: message)]))
    }
}
