import SessionCore

/// Selecting messages and steps, and folding steps.
extension Transcript {
    /// Selects the next message or step, and scrolls as little as it takes to show it. The first selection is the one
    /// nearest to the edge that the direction comes from.
    mutating func select(_ direction: Int) {
        guard !messages.isEmpty else { return }
        settle()
        guard let next = neighbour(of: selectedPlace ?? edge(direction), direction) else { return }
        selection = Selection(message: messages[next.index].id, part: next.part)
        show(next.index, next.line)
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
        if let place = selectedPlace { show(place.index, place.line) }
        return true
    }

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

    private struct Place {
        var index: Int
        var line: Int
        var part: Selection.Part = .message
    }

    private var selectedPlace: Place? {
        mutating get {
            guard let selection, let index = index(of: selection.message) else { return nil }
            return selectedLine(of: block(at: index), selection.message).map { Place(index: index, line: $0) }
        }
    }

    /// The start of the first selection: below the rows shown when going up, above them when going down.
    private mutating func edge(_ direction: Int) -> Place {
        var (index, line) = topPlace()
        guard direction < 0 else { return Place(index: index, line: line - 1) }
        line += rows
        while index < messages.count - 1, line >= block(at: index).lineCount {
            line -= block(at: index).lineCount
            index += 1
        }
        return Place(index: index, line: line)
    }

    private mutating func neighbour(of place: Place, _ direction: Int) -> Place? {
        var index = place.index
        var line: Int? = place.line
        while messages.indices.contains(index) {
            let stops = block(at: index).stops
            let found =
                direction > 0
                ? stops.first { $0.line > line ?? -1 } : stops.last { $0.line < line ?? Int.max }
            if let found { return Place(index: index, line: found.line, part: found.part) }
            index += direction
            line = nil
        }
        return nil
    }

    /// Scrolls as little as it takes to show a line.
    private mutating func show(_ index: Int, _ line: Int) {
        let top = topPlace()
        if (index, line) < (top.index, top.line) {
            anchor = .line(message: messages[index].id, line: line)
            return
        }
        var distance = line - top.line
        var between = top.index
        while between < index, distance < rows {
            distance += block(at: between).lineCount
            between += 1
        }
        guard between < index || distance >= rows else { return }
        // The line becomes the last one shown.
        var (first, above) = (index, line + 1 - rows)
        while above < 0, first > 0 {
            first -= 1
            above += block(at: first).lineCount
        }
        anchor = .line(message: messages[first].id, line: max(0, above))
    }
}
