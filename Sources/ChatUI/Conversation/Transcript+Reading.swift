import Foundation
import RichText
import SessionCore

/// What is shown, and going through it.
extension Transcript {
    struct Row: Sendable {
        var line: StyledLine
        var message: Message.ID
        var isIndented: Bool
        var isSelected = false
    }

    /// The rows to show, from the top, at most `count`. Moves an anchor that is out of bounds.
    mutating func visible(rows count: Int) -> [Row] {
        rows = max(1, count)
        nextTick = nil
        guard !messages.isEmpty else { return [] }
        tick()
        findNews()
        findMatch()
        settle()
        let first = topPlace()
        var place = first
        var shown: [Row] = []
        while true {
            let count = lineCount(place)
            let block = block(at: place.index)
            let id = messages[place.index].id
            if let turn = messages[place.index].turn, underWay[turn] != nil,
                let last = [count, place.line + rows - shown.count].min(), last > place.line,
                block.isInTail(last - 1, of: place.page)
            {
                noteTick(of: turn)
            }
            let selected = selectedLine(of: block, id, page: place.page)
            while place.line < count, shown.count < rows {
                shown.append(
                    Row(
                        line: block.line(place.line, of: place.page), message: id,
                        isIndented: place.page > 0 || place.line >= block.title.count,
                        isSelected: place.line == selected))
                place.line += 1
            }
            guard shown.count < rows, let next = self.place(after: place) else { break }
            place = next
        }
        forgetFarLayouts(from: first, to: place)
        return shown
    }

    /// The time of a turn is on the screen.
    private mutating func noteTick(of id: Turn.ID) {
        guard let turn = turns[id] else { return }
        let next = Elapsed(from: turn.startedAt, to: layout.now).nextChange
        nextTick = min(nextTick ?? .distantFuture, turn.startedAt + TimeInterval(next))
    }

    /// The page to load before the reader gets there; nil when there is enough.
    mutating func wantedPage() -> PageRequest? {
        guard isLoaded, pending == nil, let first = messages.first, let last = messages.last else {
            return nil
        }
        if let place = nextNewsPage() { return request(place) }
        let top = topPlace().index
        if hasEarlier, top < 10, bytes(messages[..<top]) < Self.bytesAhead {
            return request(.before(first.id))
        }
        if hasLater, messages.count - top < 10 + rows, bytes(messages[top...].dropFirst()) < Self.bytesAhead {
            return request(.after(last.id))
        }
        return nil
    }

    mutating func scroll(by lines: Int) {
        guard !messages.isEmpty, lines != 0 else { return }
        settle()
        var place = topPlace()
        place.line += lines
        while place.line < 0, var before = self.place(before: place) {
            before.line = place.line + lineCount(before)
            place = before
        }
        while place.line >= lineCount(place), var next = self.place(after: place) {
            next.line = place.line - lineCount(place)
            place = next
        }
        anchor = .line(message: messages[place.index].id, page: place.page, line: max(0, place.line))
        settle()
    }

    mutating func scrollPage(_ direction: Int) { scroll(by: direction * max(1, rows - 2)) }

    /// - Returns: the page to load when the end is not in the window.
    @discardableResult
    mutating func scrollToBottom() -> PageRequest? {
        if hasLater {
            pending = nil
            return request(.newest)
        }
        anchor = .bottom
        arrivedBelow = []
        return nil
    }

    mutating func scrollToTop() -> PageRequest? {
        guard let first = messages.first else { return nil }
        anchor = .line(message: first.id, line: 0)
        guard hasEarlier else { return nil }
        pending = nil
        // From the oldest message on.
        return request(.after(.min))
    }

    /// Goes to a message.
    /// - Returns: the page to load when it is not in the window.
    mutating func jump(to id: Message.ID) -> PageRequest? {
        guard index(of: id) == nil || !isLoaded else {
            anchor = .line(message: id, line: 0)
            return nil
        }
        pending = nil
        return request(.around(id))
    }

    /// The messages near the end, newest first, with the layouts of replies; of long ones the pages that are laid out and some of the
    /// last.
    mutating func nearbyLayouts(limit: Int = 50) -> [(message: Message, layouts: [MarkdownLayout])] {
        var room = 256 << 10
        return messages.suffix(limit).reversed().compactMap { message in
            guard message.role == .agent else { return message.text.isEmpty ? nil : (message, []) }
            guard let index = index(of: message.id) else { return nil }
            let block = block(at: index)
            let known = Set(block.laidOut)
            let pages = block.pages.reversed().filter { page in
                guard !known.contains(page), room > 0 else { return known.contains(page) }
                room -= block.text.pages[page].bytes.count
                return true
            }
            for page in pages { layOut(Place(index: index, page: page)) }
            return (message, pages.reversed().compactMap { blocks[message.id]?.markdown($0) })
        }
    }
}
