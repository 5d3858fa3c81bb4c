import RichText
import SessionCore

/// The layouts of messages, and the places in them.
extension Transcript {
    mutating func block(at index: Int) -> MessageBlock {
        let message = messages[index]
        if let block = blocks[message.id] { return block }
        let block = layout.block(
            for: message, cut: cut(message), after: index > 0 ? messages[index - 1] : nil,
            turn: message.turn.flatMap { turns[$0] },
            agent: agentName, isLast: index == messages.count - 1, isNew: message.id == news.first,
            targets: targets, folding: folding)
        blocks[message.id] = block
        return block
    }

    private mutating func cut(_ message: Message) -> TextPages {
        if let known = cuts[message.id] { return known }
        var text = message.format == .markdown ? TextPages() : .ofLines
        text.append(message.text)
        if text.pages.count > 1 { cuts[message.id] = text }
        return text
    }

    /// A line of a page of a message.
    struct Place: Hashable, Comparable, Sendable {
        /// Of the message in the window.
        var index: Int
        var page = 0
        var line = 0

        static func < (one: Place, other: Place) -> Bool {
            (one.index, one.page, one.line) < (other.index, other.page, other.line)
        }
    }

    mutating func layOut(_ place: Place) {
        _ = block(at: place.index)
        let message = messages[place.index]
        blocks[message.id]?.layOut(place.page, of: message, for: layout.form, folding)
    }

    /// The rows of the place's page.
    mutating func lineCount(_ place: Place) -> Int {
        layOut(place)
        return blocks[messages[place.index].id]?.lineCount(place.page) ?? 0
    }

    /// The start of the page after the place's.
    mutating func place(after place: Place) -> Place? {
        if place.page + 1 < block(at: place.index).pages.upperBound {
            return Place(index: place.index, page: place.page + 1)
        }
        return place.index + 1 < messages.count ? Place(index: place.index + 1) : nil
    }

    /// The start of the page before the place's.
    mutating func place(before place: Place) -> Place? {
        if place.page > 0 { return Place(index: place.index, page: place.page - 1) }
        guard place.index > 0 else { return nil }
        return Place(index: place.index - 1, page: block(at: place.index - 1).pages.upperBound - 1)
    }

    /// Lays out title, steps and tail of a message again; the layout of its text stays.
    mutating func reframe(at index: Int) {
        let message = messages[index]
        guard blocks[message.id] != nil else { return }
        let turn = message.turn.flatMap { turns[$0] }
        blocks[message.id]?.title = layout.title(
            of: message, after: index > 0 ? messages[index - 1] : nil, turn: turn, agent: agentName,
            isNew: message.id == news.first)
        blocks[message.id]?.head = layout.steps(of: message, folding)
        retail(at: index)
    }

    /// Lays out the tail of a message again.
    mutating func retail(at index: Int) {
        let message = messages[index]
        guard blocks[message.id] != nil else { return }
        blocks[message.id]?.tail = layout.tail(
            of: message, turn: message.turn.flatMap { turns[$0] }, isLast: index == messages.count - 1,
            targets: targets)
    }

    /// Only the first message has a day line without one before it, only the last one has suggestions.
    mutating func rebuildEdges() {
        guard !messages.isEmpty else { return }
        reframe(at: 0)
        reframe(at: messages.count - 1)
    }

    /// The place of the first row shown.
    mutating func topPlace() -> Place {
        guard !messages.isEmpty else { return Place(index: 0) }
        if case .line(let id, let page, let line) = anchor, let index = index(of: id) {
            var place = Place(index: index, page: min(page, block(at: index).pages.upperBound - 1))
            place.line = min(line, max(0, lineCount(place) - 1))
            return place
        }
        var room = rows
        var last = Place(index: messages.count - 1)
        last.page = block(at: last.index).pages.upperBound - 1
        var place: Place? = last
        while var found = place {
            let count = lineCount(found)
            if count >= room {
                found.line = count - room
                return found
            }
            room -= count
            place = self.place(before: found)
        }
        return Place(index: 0)
    }

    /// An anchor that would leave rows empty below the end follows the end instead.
    mutating func settle() {
        guard case .line(let id, _, _) = anchor else { return }
        guard index(of: id) != nil else {
            anchor = .bottom
            return
        }
        guard !hasLater else { return }
        var place: Place? = topPlace()
        var below = 0
        while let found = place, below <= rows {
            below += lineCount(found) - found.line
            place = self.place(after: found)
        }
        if below <= rows {
            anchor = .bottom
            arrivedBelow = []
        }
    }

    mutating func forgetFarLayouts(from first: Place, to last: Place) {
        if blocks.count > Self.layoutLimit {
            let near =
                max(
                    0, first.index - Self.layoutLimit / 3)..<min(
                    messages.count, first.index + Self.layoutLimit / 3)
            let kept = Set(messages[near].map(\.id))
            blocks = blocks.filter { kept.contains($0.key) }
        }
        guard !cuts.isEmpty else { return }
        let long = cuts.keys.filter { blocks[$0] != nil }
        guard long.reduce(0, { $0 + (blocks[$1]?.laidOut.count ?? 0) }) > Self.pageLimit else { return }
        for id in long {
            guard let index = index(of: id), first.index - 1...last.index + 1 ~= index else {
                blocks[id] = nil
                continue
            }
            let start = index < first.index ? Int.max / 2 : index == first.index ? first.page : 0
            let end = index > last.index ? 0 : index == last.index ? last.page : Int.max / 2
            blocks[id]?.keep(max(0, min(start, end) - 2)..<max(start, end) + 3)
        }
    }
}
