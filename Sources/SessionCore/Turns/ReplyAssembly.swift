/// What is new of a reply since it was last stored.
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
    var format: Message.Format?
    var usage: TokenUsage?
    /// The service's id of the conversation.
    var serviceID: String?
    var title: String?
    /// What the turn is polled by, should the connection break.
    var ticket: String?

    /// Whether it says something of the reply itself.
    var hasContent: Bool {
        text != .none || !steps.isEmpty || cards != nil || suggestions != nil || messageID != nil
            || format != nil || usage != nil
    }
    var isEmpty: Bool { !hasContent && serviceID == nil && title == nil && ticket == nil }
}

/// Puts the events of one reply together into what is new each time, whether they add to it, restate the whole of it over and
/// over (a cumulative stream, a poll), or do the one and then the other.
struct ReplyAssembly: Sendable {
    private var soFar = ""
    private var extras = Extras()
    private var messageID: String?
    private var format = Message.Format.markdown
    private var usage: TokenUsage?
    /// The agent has asked something.
    private(set) var asks = false
    /// Whether the text has reached its limit. What follows is left out.
    private(set) var isFull = false
    /// Whether what the store holds of the reply is known here; it is not after a restart.
    private var isKnown: Bool
    private let limits: ReplyLimits

    init(isKnown: Bool = true, limits: ReplyLimits = ReplyLimits()) {
        self.isKnown = isKnown
        self.limits = limits
    }

    /// Events that follow those before.
    mutating func append(_ events: [ReplyEvent]) -> ReplyDelta { assemble(events, isWhole: false) }

    /// Events that restate the whole reply, as far as it is known.
    mutating func restate(_ events: [ReplyEvent]) -> ReplyDelta { assemble(events, isWhole: true) }

    private mutating func assemble(_ events: [ReplyEvent], isWhole: Bool) -> ReplyDelta {
        var delta = ReplyDelta()
        // The whole text, or what follows the text so far.
        var (piece, isWhole, hasText) = ("", isWhole, false)
        for event in events {
            switch event {
            case .text(let text):
                piece += text
                hasText = true
            case .wholeText(let text): (piece, isWhole, hasText) = (text, true, true)
            case .question(let question):
                asks = true
                // A service may have said it in the text already.
                let before = isWhole ? piece : soFar + piece
                guard !before.ends(with: question) else { break }
                piece += before.isEmpty ? question : "\n\n" + question
                hasText = true
            default: note(event, in: &delta)
            }
        }
        guard hasText else { return delta }
        if isWhole { replaceText(piece.storable, in: &delta) } else { appendText(piece.storable, in: &delta) }
        return delta
    }

    private mutating func appendText(_ text: String, in delta: inout ReplyDelta) {
        // Behind what was left out, nothing is appended.
        if !isFull { add(bounded(text, after: soFar.utf8.count), in: &delta) }
    }

    private mutating func add(_ text: String, in delta: inout ReplyDelta) {
        guard !text.isEmpty else { return }
        delta.text = isKnown ? .append(text, offset: soFar.utf8.count) : .replace(text)
        isKnown = true
        soFar += text
    }

    private mutating func replaceText(_ text: String, in delta: inout ReplyDelta) {
        isFull = false
        let whole = bounded(text, after: 0)
        if isKnown, whole.utf8.starts(with: soFar.utf8) {
            add(String(whole.utf8.dropFirst(soFar.utf8.count)) ?? "", in: &delta)
        } else {
            delta.text = .replace(whole)
            isKnown = true
            soFar = whole
        }
    }

    /// The text as far as there is room for it.
    private mutating func bounded(_ text: String, after bytes: Int) -> String {
        guard text.utf8.count > limits.bytes - bytes else { return text }
        isFull = true
        return text.prefix(utf8: limits.bytes - bytes)
    }

    private mutating func note(_ event: ReplyEvent, in delta: inout ReplyDelta) {
        switch event {
        case .step(let step): note(step, in: &delta)
        case .cards(let cards):
            let cards = Extras.bounded(cards)
            guard cards != extras.cards else { return }
            extras.cards = cards
            delta.cards = cards
        case .suggestions(let suggestions):
            let suggestions = Extras.bounded(suggestions)
            guard suggestions != extras.suggestions else { return }
            extras.suggestions = suggestions
            delta.suggestions = suggestions
        case .messageID(let id) where id != messageID:
            messageID = id
            delta.messageID = id
        case .format(let format) where format != self.format:
            self.format = format
            delta.format = format
        case .usage(let usage) where usage != self.usage:
            self.usage = usage
            delta.usage = usage
        case .accepted(let serviceID): delta.serviceID = serviceID
        case .title(let title): delta.title = title
        case .ticket(let ticket): delta.ticket = ticket
        default: break
        }
    }

    private mutating func note(_ step: Step, in delta: inout ReplyDelta) {
        let step = step.bounded
        if let known = extras.steps.firstIndex(where: { $0.id == step.id }) {
            guard extras.steps[known] != step else { return }
            extras.steps[known] = step
        } else {
            guard extras.steps.count < ReplyLimits.steps else { return }
            extras.steps.append(step)
        }
        if let pending = delta.steps.firstIndex(where: { $0.id == step.id }) {
            delta.steps[pending] = step
        } else {
            delta.steps.append(step)
        }
    }
}

extension String {
    /// Whether it ends with these words, whatever white space follows.
    fileprivate func ends(with words: String) -> Bool {
        guard let last = words.lastIndex(where: { !$0.isWhitespace }) else { return true }
        guard let end = lastIndex(where: { !$0.isWhitespace }) else { return false }
        return self[...end].hasSuffix(words[...last])
    }
}
