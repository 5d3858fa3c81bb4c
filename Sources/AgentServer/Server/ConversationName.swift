import Foundation

/// What clients call a conversation.
public enum ConversationName: Hashable, Sendable {
    case key(String)
    case hex(String)
    case number(Int64)
}

/// The names of a conversation that was made of another one.
public struct ForkedConversation: Hashable, Sendable {
    public var key: String
    public var hex: String
    public var number: Int64

    init(_ stored: StoredConversation) {
        key = stored.key
        hex = stored.hex
        number = stored.id
    }
}

/// What was said, by whom.
public struct SaidWords: Hashable, Sendable {
    public var isUser: Bool
    public var text: String

    public init(isUser: Bool, text: String) {
        self.isUser = isUser
        self.text = text
    }

    private init(_ entry: StoredEntry) { self.init(isUser: entry.kind == .user, text: entry.text) }

    private var trimmed: SaidWords {
        SaidWords(isUser: isUser, text: text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Where words end in a conversation. The longest run of them that is in it counts, the later one of two; the last of them
    /// always has to be.
    static func end(of words: [SaidWords], in messages: [StoredEntry]) -> Int? {
        let (words, said) = (words.map(\.trimmed), messages.map { SaidWords($0).trimmed })
        var best: (length: Int, end: Int)?
        for end in said.indices {
            let length = zip(words.reversed(), said[...end].reversed()).prefix { $0 == $1 }.count
            if length > 0, length >= best?.length ?? 0 { best = (length, end) }
        }
        return best?.end
    }
}
