import SessionCore

/// Opening and folding steps and blocks of text.
extension Transcript {
    /// Opens or closes what is selected: a step, a block, the steps of a message, or a long message itself.
    /// - Returns: whether there was anything to open or close.
    mutating func toggleSelected() -> Bool {
        guard let selection, let index = index(of: selection.message), let part = foldingPart(at: index)
        else { return false }
        folding.toggle(part, in: selection.message)
        refold(at: index)
        settle()
        if let place = selectedPlace { show(place) }
        return true
    }

    private mutating func foldingPart(at index: Int) -> Selection.Part? {
        guard let selected = selection?.part, let place = selectedPlace else { return nil }
        let steps = messages[index].extras.steps
        switch selected {
        case .block(let block):
            return self.block(at: index).stop(of: block)?.folds == true ? selected : nil
        case .step: return selected
        case .message where steps.isEmpty:
            layOut(Place(index: place.index))
            return self.block(at: index).stop(of: TextBlock(kind: .text)).map { .block($0.block) }
        case .message where steps.count == 1: return .step(steps[0].id)
        case .message, .steps: return steps.isEmpty ? nil : .steps
        }
    }

    /// Opens all blocks of text, or closes them. The row at the top stays where it is.
    mutating func toggleBlocks() {
        folding.setBlocks(folding.blocks == .open ? .closed : .open)
        let top = topPlace()
        let row = messages.isEmpty ? nil : block(at: top.index).textRow(of: top.line, of: top.page)
        for index in messages.indices where blocks[messages[index].id] != nil { refold(at: index) }
        if let row, case .line(let id, let page, _) = anchor {
            anchor = .line(
                message: id, page: page, line: block(at: top.index).line(ofTextRow: row, of: page))
        }
        settle()
        // What is folded away leaves its message selected.
        if let selected = selection, selected.part.block != nil, selectedPlace == nil {
            selection?.part = .message
        }
    }

    /// Opens the blocks that hide a row of a page.
    /// - Parameter place: its page, which is laid out.
    /// - Returns: the line of the row.
    mutating func unfold(_ row: Int, at place: Place) -> Int {
        let id = messages[place.index].id
        for around in block(at: place.index).blocks(aroundTextRow: row, of: place.page) {
            let block = block(at: place.index)
            guard block.isHidden(textRow: row, of: place.page) else { break }
            let isClosed = around.kind == .text || block.stop(of: around)?.isClosed == true
            guard isClosed else { continue }
            folding.toggle(.block(around), in: id)
            refold(at: place.index)
        }
        return block(at: place.index).line(ofTextRow: row, of: place.page)
    }

    private mutating func refold(at index: Int) {
        reframe(at: index)
        blocks[messages[index].id]?.fold(messages[index], folding)
    }
}
