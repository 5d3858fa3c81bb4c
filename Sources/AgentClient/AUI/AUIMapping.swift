import AgentAPI
import SessionCore

extension RemoteMessage {
    init(_ message: AUI.Message) {
        self.init(
            serviceID: message.id, role: message.sender.type == "user" ? .user : .agent, text: message.text,
            at: message.createdAt?.date,
            extras: Extras(suggestions: message.suggestions, cards: message.allCards))
    }
}

extension AUI.Message {
    /// The events of a reply that consists of this message.
    var replyEvents: [ReplyEvent] {
        var events: [ReplyEvent] = [.wholeText(text), .messageID(id)]
        if !allCards.isEmpty { events.append(.cards(allCards)) }
        if !suggestions.isEmpty { events.append(.suggestions(suggestions)) }
        return events
    }

    /// Product cards of all three forms.
    var allCards: [SessionCore.Card] {
        (options + variants).map { SessionCore.Card($0.parameters, isRecommended: $0.isRecommended) }
            + cards.map { SessionCore.Card($0.parameters, name: $0.name, isRecommended: $0.isRecommended) }
    }
}

extension SessionCore.Card {
    /// The title is the card's name, else a parameter that is a name, else the first text.
    fileprivate init(_ parameters: [AUI.Parameter], name: String = "", isRecommended: Bool) {
        var rest = parameters.filter { !$0.value.readable.isEmpty }
        var title = name
        if title.isEmpty {
            let index =
                rest.firstIndex { ["product name", "name", "title"].contains($0.title.lowercased()) }
                ?? rest.firstIndex { $0.value.string != nil }
            if let index { title = rest.remove(at: index).value.readable }
        }
        self.init(
            title: title, isRecommended: isRecommended,
            properties: rest.map { Property(title: $0.title, value: $0.value.readable) })
    }
}
