/// What is new of a reply since the store was last told.
struct ReplyDelta: Hashable, Sendable {
    enum Text: Hashable, Sendable {
        case none
        /// Behind the text so far, which is this many UTF-8 bytes long.
        case append(String, offset: Int)
        /// In place of the text so far.
        case replace(String)
    }

    var text = Text.none
    /// Steps that are new or have changed.
    var steps: [Step] = []
    var cards: [Card]?
    var suggestions: [String]?
    var messageID: String?
    /// The service's id of the conversation.
    var serviceID: String?
    var title: String?
    /// What the turn is polled by, should the connection break.
    var ticket: String?

    /// Whether it says something of the reply itself.
    var hasContent: Bool {
        text != .none || !steps.isEmpty || cards != nil || suggestions != nil || messageID != nil
    }
    var isEmpty: Bool { !hasContent && serviceID == nil && title == nil && ticket == nil }
}

/// Puts the events of one reply together into what is new each time, whether they add to it, tell the whole of it over and
/// over (a cumulative stream, a poll), or do the one and then the other.
struct ReplyAssembly: Sendable {
    private var told = ""
    private var extras = Extras()
    private var messageID: String?
    /// The agent has asked something.
    private(set) var asks = false
    /// Whether what is in the store of the reply is known here; it is not after a restart.
    private var isKnown: Bool

    init(isKnown: Bool = true) { self.isKnown = isKnown }

    /// Events that follow those before.
    mutating func take(_ events: [ReplyEvent]) -> ReplyDelta {
        var delta = ReplyDelta()
        var added = ""
        var whole: String?
        for event in events {
            switch event {
            case .text(let text):
                if whole != nil { whole?.append(text) } else { added.append(text) }
            case .wholeText(let text):
                whole = text
            case .question(let question):
                asks = true
                let before = whole ?? (added.isEmpty ? told : added)
                guard !before.hasSuffix(question) else { break }
                let text = before.isEmpty ? question : "\n\n" + question
                if whole != nil { whole?.append(text) } else { added.append(text) }
            default: note(event, in: &delta)
            }
        }
        if let whole { restate(whole.storable, in: &delta) } else { append(added.storable, in: &delta) }
        return delta
    }

    /// Events that tell the whole reply, as far as it is known, once more.
    mutating func retake(_ events: [ReplyEvent]) -> ReplyDelta {
        var delta = ReplyDelta()
        var whole: String?
        for event in events {
            switch event {
            case .text(let text): whole = (whole ?? "") + text
            case .wholeText(let text): whole = text
            case .question(let question):
                asks = true
                let before = whole ?? ""
                guard !before.hasSuffix(question) else { break }
                whole = before.isEmpty ? question : before + "\n\n" + question
            default: note(event, in: &delta)
            }
        }
        if let whole { restate(whole.storable, in: &delta) }
        return delta
    }

    private mutating func append(_ text: String, in delta: inout ReplyDelta) {
        guard !text.isEmpty else { return }
        delta.text = isKnown ? .append(text, offset: told.utf8.count) : .replace(text)
        isKnown = true
        told += text
    }

    private mutating func restate(_ text: String, in delta: inout ReplyDelta) {
        if isKnown, text.utf8.starts(with: told.utf8) {
            append(String(text.utf8.dropFirst(told.utf8.count)) ?? "", in: &delta)
        } else {
            delta.text = .replace(text)
            isKnown = true
            told = text
        }
    }

    private mutating func note(_ event: ReplyEvent, in delta: inout ReplyDelta) {
        switch event {
        case .step(let step): note(step, in: &delta)
        case .cards(let cards) where cards != extras.cards:
            extras.cards = cards
            delta.cards = cards
        case .suggestions(let suggestions) where suggestions != extras.suggestions:
            extras.suggestions = suggestions
            delta.suggestions = suggestions
        case .messageID(let id) where id != messageID:
            messageID = id
            delta.messageID = id
        case .accepted(let serviceID): delta.serviceID = serviceID
        case .title(let title): delta.title = title
        case .ticket(let ticket): delta.ticket = ticket
        default: break
        }
    }

    private mutating func note(_ step: Step, in delta: inout ReplyDelta) {
        if let known = extras.steps.firstIndex(where: { $0.id == step.id }) {
            guard extras.steps[known] != step else { return }
            extras.steps[known] = step
        } else {
            extras.steps.append(step)
        }
        if let pending = delta.steps.firstIndex(where: { $0.id == step.id }) {
            delta.steps[pending] = step
        } else {
            delta.steps.append(step)
        }
    }
}
