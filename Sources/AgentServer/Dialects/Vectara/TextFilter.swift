import Hummingbird

/// The `filter` of a listing: a regular expression that must match in one of a few short texts.
///
/// The engine backtracks, so its time is limited: the expression is short, repeats only single characters and classes, and that only a few
/// times; and it is matched against the beginning of each text only.
struct TextFilter: Sendable {
    private let source: String

    private static let maxLength = 100
    private static let maxRepeats = 3
    private static let textLength = 200

    /// nil if the request has no filter.
    init?(_ request: Request) throws {
        guard let source = request.query("filter"), !source.isEmpty else { return nil }
        self.source = source
        guard source.count <= Self.maxLength else { throw Self.error("is too long") }
        guard Self.hasFewRepeats(source) else { throw Self.error("repeats too much for this server") }
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
            throw Self.error("is not a regular expression")
        }
    }

    private static func hasFewRepeats(_ source: String) -> Bool {
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

    private static func error(_ message: String) -> APIError {
        .invalid(["query", "filter"], .malformed, message)
    }
}
