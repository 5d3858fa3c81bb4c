import RichText
import Settings

// The mouse, where it is switched on: wheel, clicks, and the divider between list and conversation.
extension Model {
    /// Rows that one turn of the wheel scrolls.
    private static let wheelRows = 3

    mutating func point(_ event: MouseEvent) -> [Effect] {
        guard !ScreenLayout.isTooSmall(context.size) else { return [] }
        if dialogs.isOpen { return pointInDialog(event) }
        switch event.kind {
        case .wheelUp: return turnWheel(at: event, list: .previousTask, conversation: .lineUp)
        case .wheelDown: return turnWheel(at: event, list: .nextTask, conversation: .lineDown)
        case .press:
            notice = nil
            return click(event)
        case .drag:
            guard isDraggingDivider else { return [] }
            context.appearance.listWidth = min(
                max(Appearance.listWidths.lowerBound, event.column), Appearance.listWidths.upperBound)
        case .release: isDraggingDivider = false
        }
        return []
    }

    private mutating func turnWheel(at event: MouseEvent, list: Action, conversation: Action) -> [Effect] {
        if let place = screen.list, place.contains(event) { return perform(list) }
        return (0..<Self.wheelRows).flatMap { _ in perform(conversation) }
    }

    private mutating func click(_ event: MouseEvent) -> [Effect] {
        if screen.separator?.contains(event) == true {
            isDraggingDivider = true
        } else if let list = screen.list, list.contains(event) {
            pane = .list
            // The title is above the first task.
            let rows = tasks.window(list.rows - 1).rows
            let index = event.row - list.row - 1
            guard rows.indices.contains(index) else { return [] }
            switch rows[index] {
            case .task(let id), .agent(let id): return focus(id)
            case .account, .listing: break
            }
        } else if screen.input.contains(event) {
            pane = .input
        } else if screen.showsConversation,
            screen.conversation.contains(event) || screen.title.contains(event)
        {
            pane = .conversation
        }
        return []
    }

    private mutating func pointInDialog(_ event: MouseEvent) -> [Effect] {
        switch event.kind {
        case .wheelUp: return perform(.dialogPrevious)
        case .wheelDown: return perform(.dialogNext)
        case .press: return dialogs.select(at: event, in: context.size) ? perform(.dialogAccept) : []
        case .drag, .release: return []
        }
    }

    mutating func toggleMouse() -> [Effect] {
        context.appearance.mouse.toggle()
        return [
            .notice(
                context.appearance.mouse
                    ? "The mouse is on: wheel, clicks, and the divider. With Shift it selects text."
                    : "The mouse is off.")
        ]
    }
}

extension Rect {
    func contains(_ event: MouseEvent) -> Bool {
        (row..<row + rows).contains(event.row) && (column..<column + columns).contains(event.column)
    }
}
