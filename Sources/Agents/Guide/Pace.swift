/// How fast an agent that has its answer at once lets the words appear.
public struct Pace: Hashable, Sendable {
    /// nil: at once.
    public var wordsPerSecond: Double?

    public init(wordsPerSecond: Double?) {
        self.wordsPerSecond = wordsPerSecond
    }

    /// A little faster than one reads.
    public static let reading = Pace(wordsPerSecond: 50)
    public static let immediate = Pace(wordsPerSecond: nil)

    /// Hands on a text word by word, each with the space that follows it.
    func tell(_ text: String, emit: @Sendable (AgentEvent) async throws -> Void) async throws {
        let clock = ContinuousClock()
        var next = clock.now
        for word in Self.words(of: text) {
            try await emit(.text(String(word)))
            guard let wordsPerSecond, wordsPerSecond > 0 else { continue }
            next = max(next, clock.now - .milliseconds(100)).advanced(by: .seconds(1 / wordsPerSecond))
            try await clock.sleep(until: next)
        }
    }

    /// Every character of the text is in exactly one of the words.
    static func words(of text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...]
        while !rest.isEmpty {
            let start = rest.firstIndex { !$0.isWhitespace } ?? rest.endIndex
            let end = rest[start...].firstIndex(where: \.isWhitespace) ?? rest.endIndex
            let next = rest[end...].firstIndex { !$0.isWhitespace } ?? rest.endIndex
            words.append(rest[..<next])
            rest = rest[next...]
        }
        return words
    }
}
