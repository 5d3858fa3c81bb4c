import Foundation
import Storage

// A reply in the store while it arrives: every piece is a row, and the pieces become the message's text in one go at the end.

extension StoreTransaction {
    /// Stores what is new of a reply.
    /// - Returns: what is emitted for the message and the task; not for the turn.
    func record(_ delta: ReplyDelta, in turn: inout Turn) throws -> [SessionEvent] {
        var events = try record(identity: delta, of: turn.task)
        if let ticket = delta.ticket { turn.ticket = ticket.storable }
        if delta.hasContent { events += try record(content: delta, in: &turn) }
        if delta.serviceID != nil || delta.title != nil { events += try changed(turn.task) }
        return events
    }

    /// Stores the service's id and title of a conversation.
    /// - Returns: what is emitted for other tasks.
    func record(identity delta: ReplyDelta, of task: ChatTask.ID) throws -> [SessionEvent] {
        if let title = delta.title { try db.setProvisionalTitle(task, Title.shown(for: title)) }
        return try delta.serviceID.map { try claim($0, for: task) } ?? []
    }

    private func record(content delta: ReplyDelta, in turn: inout Turn) throws -> [SessionEvent] {
        let (id, isNew) = try openReply(of: &turn)
        switch delta.text {
        case .none: break
        case .append(let text, let offset): try db.insertChunk(text, at: offset, of: id)
        case .replace(let text):
            try db.deleteChunks(of: id)
            try db.insertChunk(text, at: 0, of: id)
        }
        for step in delta.steps { try db.upsert(step, of: id) }
        if let cards = delta.cards { try db.setCards(cards, of: id) }
        if let suggestions = delta.suggestions { try db.setSuggestions(suggestions, of: id) }
        if let format = delta.format { try db.setFormat(format, of: id) }
        if let usage = delta.usage { try db.setUsage(usage, of: id) }
        if let messageID = delta.messageID { try db.setServiceID(messageID, ofMessage: id) }
        guard !isNew, let events = delta.additions(to: id, in: turn.task) else {
            return [.message(try db.existingMessage(id))]
        }
        return events
    }

    /// The streaming message of this attempt. It replaces what an earlier attempt has left.
    private func openReply(of turn: inout Turn) throws -> (id: Message.ID, isNew: Bool) {
        let id = Turn.replyID(of: turn.message)
        if turn.reply != nil {
            if try db.isStreaming(id) { return (id, false) }
            try db.deleteMessage(id)
        }
        try db.insert(
            Message(
                id: id, task: turn.task, turn: turn.id, role: .agent, text: "", at: now, state: .streaming))
        turn.reply = id
        return (id, true)
    }

    /// Makes what has arrived the text of the reply. A turn that ended well has a reply, even if it is empty.
    func settleReply(of turn: inout Turn, as state: Message.State) throws -> [SessionEvent] {
        if state == .complete { _ = try openReply(of: &turn) }
        guard let reply = turn.reply, try db.foldChunks(of: reply, as: state) else { return [] }
        return [.message(try db.existingMessage(reply))]
    }
}

extension ReplyDelta {
    /// What it adds to a message, without the message; nil if it changes more of it.
    func additions(to message: Message.ID, in task: ChatTask.ID) -> [SessionEvent]? {
        guard cards == nil, suggestions == nil, messageID == nil, format == nil, usage == nil else {
            return nil
        }
        var events: [SessionEvent] = steps.isEmpty ? [] : [.steps(task: task, message: message, steps)]
        switch text {
        case .none: break
        case .append(let text, let offset):
            events.append(.chunk(task: task, message: message, offset: offset, text: text))
        case .replace: return nil
        }
        return events
    }
}
