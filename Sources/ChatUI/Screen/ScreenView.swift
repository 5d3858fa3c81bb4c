import RichText
import SessionCore

/// Draws the whole screen from a model that is laid out for it. Views only read.
struct ScreenView {
    let model: Model

    func canvas() -> Canvas {
        let (context, screen) = (model.context, model.screen)
        let task = model.tasks.focusedTask
        var canvas = ThemedCanvas(size: context.size, theme: model.theme)
        guard !ScreenLayout.isTooSmall(context.size) else {
            drawTooSmall(on: &canvas)
            return canvas.content
        }
        if screen.showsConversation {
            ConversationView(
                conversation: model.conversation, task: task, context: context,
                isFocused: model.pane == .conversation
            ).draw(title: screen.title, in: screen.conversation, on: &canvas)
        }
        if let list = screen.list {
            TaskListView(list: model.tasks, context: context, isFocused: model.pane == .list)
                .draw(in: list, on: &canvas)
        }
        if let separator = screen.separator {
            for row in 0..<separator.rows {
                // The rules beside the titles end in it.
                let glyph = row == 0 && !canvas.hasGround(.listHeader) ? "┬" : "│"
                canvas.put(glyph, row: row, column: separator.column, width: 1, role: .border)
            }
        }
        let pending = context.keymap.pending(in: model.keyContext)
        StatusView(
            task: task, isInClear: task.flatMap { model.context.accounts[$0.account] }?.isInClear ?? false,
            wanting: Dictionary(
                uniqueKeysWithValues: Attention.Kind.allCases.map { ($0, model.tasks.wanting($0)) }),
            runningCount: model.tasks.running.count, notice: model.shownNotice, keymap: context.keymap,
            parts: context.appearance.statusLine, keys: model.shownKeys, pendingKeys: pending?.keys
        ).draw(in: screen.status, on: &canvas)
        let input = InputView(
            composer: model.composer, task: task, keymap: context.keymap,
            isFocused: model.pane == .input && !model.dialogs.isOpen, isBehindDialog: model.dialogs.isOpen)
        input.draw(in: screen.input, on: &canvas)
        input.drawMenu(above: screen.status.row, columns: context.size.columns, on: &canvas)
        if let dialog = model.dialogs.current {
            DialogView(dialog: dialog, size: context.size, preview: model.dialogs.preview).draw(on: &canvas)
        }
        if let pending {
            ContinuationsView(keys: pending.keys, continuations: pending.continuations)
                .draw(above: screen.status.row, columns: context.size.columns, on: &canvas)
        }
        if let separator = screen.separator { canvas.joinRules(separator.column, row: screen.status.row) }
        return canvas.content
    }

    private func drawTooSmall(on canvas: inout ThemedCanvas) {
        let needed = ScreenLayout.smallest
        let text = "Too small: Parley needs \(needed.columns)x\(needed.rows)."
        let lines = StyledLine.wrap(text, width: max(1, model.context.size.columns))
        for (row, line) in lines.prefix(model.context.size.rows).enumerated() {
            canvas.put(line, row: row, column: 0, width: model.context.size.columns)
        }
    }
}

extension Model {
    /// The view of the model as ``layout()`` left it.
    func view() -> ScreenView { ScreenView(model: self) }
}

extension Model {
    /// The keys to show: those of the menu above the input, or of the pane that has them; nil for the input alone.
    fileprivate var shownKeys: PaneKeys? {
        if dialogs.isOpen { return nil }
        guard pane == .input, let menu = composer.menu else {
            return PaneKeys(of: pane, listsArchived: tasks.showsPutAway, context.keymap)
        }
        return .menu(context.keymap, offersFiles: menu.place != nil, hasSelection: menu.selected != nil)
    }
}
