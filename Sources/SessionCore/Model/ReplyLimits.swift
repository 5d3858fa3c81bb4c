/// How much of one reply is received and kept: a service that never ends its reply must not fill the memory and the disk.
public struct ReplyLimits: Hashable, Sendable {
    /// The most bytes of text, as UTF-8. A turn whose reply grows beyond it ends as ``Turn/State/truncated``.
    public var bytes: Int

    /// The most steps of a reply, cards, properties of a card, and suggestions; further ones are left out.
    static let steps = 1000
    static let cards = 200
    static let properties = 100
    static let suggestions = 50
    /// The most characters of a title, a suggestion, or a card's property.
    static let line = 2000

    public init(bytes: Int = 64 << 20) { self.bytes = bytes }

    /// The most bytes, for a person.
    var description: String { bytes % (1 << 20) == 0 ? "\(bytes >> 20) MB" : "\(bytes) bytes" }
}

extension Step {
    /// The most bytes of ``detail``, as UTF-8; the rest is cut off.
    public static let detailLimit = 64 << 10

    /// The step within its limits.
    var bounded: Step {
        var step = self
        step.title = title.cut(atCharacters: ReplyLimits.line)
        if detail.utf8.count > Self.detailLimit { step.detail = detail.prefix(utf8: Self.detailLimit) + "…" }
        return step
    }
}

extension Card {
    /// The card within its limits.
    var bounded: Card {
        Card(
            title: title.cut(atCharacters: ReplyLimits.line), isRecommended: isRecommended,
            properties: properties.prefix(ReplyLimits.properties).map { property in
                Property(
                    title: property.title.cut(atCharacters: ReplyLimits.line),
                    value: property.value.cut(atCharacters: ReplyLimits.line))
            })
    }
}

extension Extras {
    /// The extras within their limits.
    var bounded: Extras {
        Extras(
            suggestions: Self.bounded(suggestions), cards: Self.bounded(cards),
            steps: steps.prefix(ReplyLimits.steps).map(\.bounded))
    }

    static func bounded(_ suggestions: [String]) -> [String] {
        suggestions.prefix(ReplyLimits.suggestions).map { $0.cut(atCharacters: ReplyLimits.line) }
    }

    static func bounded(_ cards: [Card]) -> [Card] { cards.prefix(ReplyLimits.cards).map(\.bounded) }
}

extension String {
    /// The longest beginning of whole scalars that has at most `count` bytes.
    func prefix(utf8 count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(startIndex, offsetBy: max(0, count))
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }

    /// The text, or its first `count` characters with an ellipsis.
    fileprivate func cut(atCharacters count: Int) -> String {
        // Counting scalars bounds the work for a character of any number of scalars.
        guard utf8.count > count, unicodeScalars.dropFirst(count).first != nil else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(count))) + "…"
    }
}
