import SessionCore

/// Selecting messages and steps, and folding steps.
extension Transcript {
    /// Selects the next message or step, and scrolls as little as it takes to show it. The first selection is the one
    /// nearest to the edge that the direction comes from.
    mutating func select(_ direction: Int) {
        guard !messages.isEmpty else { return }
        settle()
        guard let next = neighbour(of: selectedStop?.place ?? edge(direction), direction) else { return }
        selection = Selection(message: messages[next.place.index].id, part: next.part)
        show(next.place)
    }

    /// Opens or closes the selected step, or the steps of the selected message.
    /// - Returns: whether there was anything to open or close.
    mutating func toggleSelected() -> Bool {
        guard let selection, let index = index(of: selection.message),
            !messages[index].extras.steps.isEmpty
        else { return false }
        switch selection.part {
        case .step(let step): folding.toggle(step, in: selection.message)
        case .message where messages[index].extras.steps.count == 1:
            folding.toggle(messages[index].extras.steps[0].id, in: selection.message)
        case .message, .steps: folding.toggleList(selection.message)
        }
        reframe(at: index)
        settle()
        if let stop = selectedStop { show(stop.place) }
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

    /// The selected line of a block.
    func selectedLine(of block: MessageBlock, _ message: Message.ID) -> Int? {
        guard let selection, selection.message == message else { return nil }
        // A step that is folded away leaves its message selected.
        return (block.stops.first { $0.part == selection.part } ?? block.stops.first)?.line
    }

    /// A line that can be selected: it is on the first page of its message.
    private struct Stop {
        var place: Place
        var part: Selection.Part = .message
    }

    private var selectedStop: Stop? {
        mutating get {
            guard let selection, let index = index(of: selection.message) else { return nil }
            return selectedLine(of: block(at: index), selection.message).map {
                Stop(place: Place(index: index, line: $0))
            }
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
    private mutating func show(_ shown: Place) {
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
