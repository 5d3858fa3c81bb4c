import RichText
import SessionCore

/// Selecting messages, steps and blocks.
extension Transcript {
    /// Selects the next message or step, and scrolls as little as it takes to show it. The first selection is the one
    /// nearest to the edge that the direction comes from.
    mutating func select(_ direction: Int) {
        guard !messages.isEmpty else { return }
        settle()
        guard let next = neighbour(of: selectedPlace ?? edge(direction), direction) else { return }
        selection = Selection(message: messages[next.place.index].id, part: next.part)
        show(next.place)
    }

    /// The bytes of text that are searched at once for a block.
    private static let searchedBytes = 1 << 20

    /// Selects the next block of code, details or long message, and shows as much of it as has room. Where none is near, the last
    /// message that was looked at is selected, and the next call goes on there.
    /// - Returns: whether there was a block.
    mutating func selectBlock(_ direction: Int) -> Bool {
        guard !messages.isEmpty else { return false }
        settle()
        var place = selectedPlace ?? edge(direction)
        var line: Int? = place.line
        var searched = 0
        while searched <= Self.searchedBytes {
            layOut(place)
            let block = block(at: place.index)
            let stops = block.blockStops(of: place.page)
            let found =
                direction > 0
                ? stops.first { $0.lines.lowerBound > line ?? -1 }
                : stops.last { $0.lines.lowerBound < line ?? Int.max }
            if let found {
                selection = Selection(message: messages[place.index].id, part: .block(found.block))
                place.line = found.lines.lowerBound
                var end = place
                end.line = min(found.lines.upperBound, place.line + rows - 1)
                show(end)
                show(place)
                return true
            }
            searched += block.text.pages[place.page].bytes.count
            guard let next = direction > 0 ? self.place(after: place) : self.place(before: place) else {
                break
            }
            place = next
            line = nil
        }
        let isMore = searched > Self.searchedBytes || (direction > 0 ? hasLater : hasEarlier)
        guard isMore else { return false }
        selection = Selection(message: messages[place.index].id, part: .message)
        if let selectedPlace { show(selectedPlace) }
        return true
    }

    var selectedMessage: Message? {
        selection.flatMap { index(of: $0.message) }.map { messages[$0] }
    }

    /// The person's message that is selected, or whose reply is.
    var selectedQuestion: Message? {
        guard let selected = selectedMessage else { return nil }
        return messages.last { $0.role == .user && $0.id <= selected.id }
    }

    /// The person's last message.
    var lastQuestion: Message? { messages.last { $0.role == .user } }

    /// The turn of the selected message.
    var selectedTurn: Turn? {
        selection.flatMap { index(of: $0.message) }.flatMap { messages[$0].turn }.flatMap { turns[$0] }
    }

    /// The selected line of a page of a block.
    func selectedLine(of block: MessageBlock, _ message: Message.ID, page: Int) -> Int? {
        guard let selection, selection.message == message else { return nil }
        if let selected = selection.part.block {
            return selected.page == page ? block.stop(of: selected)?.lines.lowerBound : nil
        }
        guard page == 0 else { return nil }
        // A step that is folded away leaves its message selected.
        return (block.stops.first { $0.part == selection.part } ?? block.stops.first)?.line
    }

    /// A line that can be selected.
    private struct Stop {
        var place: Place
        var part: Selection.Part = .message
    }

    var selectedPlace: Place? {
        mutating get {
            guard let selection, let index = index(of: selection.message) else { return nil }
            var place = Place(index: index, page: selection.part.block?.page ?? 0)
            guard block(at: index).pages.contains(place.page) else { return nil }
            layOut(place)
            guard let line = selectedLine(of: block(at: index), selection.message, page: place.page) else {
                return nil
            }
            place.line = line
            return place
        }
    }

    /// The block of code that is selected.
    var selectedCode: CodeBlock? {
        mutating get {
            guard let selected = selection?.part.block, let place = selectedPlace else { return nil }
            return block(at: place.index).code(selected)
        }
    }

    /// The start of the first selection: below the rows shown when going up, above them when going down.
    private mutating func edge(_ direction: Int) -> Place {
        var edge = topPlace()
        guard direction < 0 else {
            edge.line -= 1
            return edge
        }
        edge.line += rows
        while edge.line >= lineCount(edge), var next = place(after: edge) {
            next.line = edge.line - lineCount(edge)
            edge = next
        }
        return edge
    }

    private mutating func neighbour(of place: Place, _ direction: Int) -> Stop? {
        var index = place.index
        var line: Int? = place.page == 0 ? place.line : .max
        while messages.indices.contains(index) {
            let stops = block(at: index).stops
            let found =
                direction > 0
                ? stops.first { $0.line > line ?? -1 } : stops.last { $0.line < line ?? Int.max }
            if let found { return Stop(place: Place(index: index, line: found.line), part: found.part) }
            index += direction
            line = nil
        }
        return nil
    }

    /// Scrolls as little as it takes to show a line.
    mutating func show(_ shown: Place) {
        let top = topPlace()
        if shown < top {
            anchor = .line(message: messages[shown.index].id, page: shown.page, line: shown.line)
            return
        }
        var distance = -top.line
        var between = top
        while (between.index, between.page) < (shown.index, shown.page), distance < rows,
            let next = place(after: between)
        {
            distance += lineCount(between)
            between = next
        }
        guard (between.index, between.page) < (shown.index, shown.page) || distance + shown.line >= rows
        else {
            return
        }
        // The line becomes the last one shown.
        var first = shown
        first.line += 1 - rows
        while first.line < 0, var before = place(before: first) {
            before.line = first.line + lineCount(before)
            first = before
        }
        anchor = .line(message: messages[first.index].id, page: first.page, line: max(0, first.line))
    }
}
