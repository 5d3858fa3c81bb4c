/// How fast an agent that has its whole answer at once lets the words appear.
struct Pace: Hashable, Sendable {
    /// nil: all at once.
    var wordsPerSecond: Double?

    /// A little faster than people read.
    static let reading = Pace(wordsPerSecond: 50)
    static let immediate = Pace(wordsPerSecond: nil)

    /// How far it may lag behind before it stops catching up.
    private static let maxLag = Duration.milliseconds(100)

    /// Emits a text word by word, each with the space that follows it.
    func emit(_ text: String, to emit: @Sendable (AgentEvent) async throws -> Void) async throws {
        let clock = ContinuousClock()
        var next = clock.now
        for word in Self.words(of: text) {
            try await emit(.text(String(word)))
            guard let wordsPerSecond, wordsPerSecond > 0 else { continue }
            next = max(next, clock.now - Self.maxLag).advanced(by: .seconds(1 / wordsPerSecond))
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
