import RichText
import SessionCore

/// Draws the conversation of the shown task under its title.
struct ConversationView {
    let conversation: ConversationPane
    let task: ChatTask?
    let context: PaneContext
    /// Whether the keys go to the conversation.
    let isFocused: Bool

    private var rows: [Transcript.Row] { conversation.rows }

    func draw(title: Rect, in rect: Rect, on canvas: inout ThemedCanvas) {
        if title.rows > 0 { drawTitle(in: title, on: &canvas) }
        guard let task, let transcript = conversation[task.id] else { return }
        if transcript.isLoaded, transcript.messages.isEmpty {
            drawWelcome(to: task, in: rect, on: &canvas)
        }
        // A short conversation is at the bottom, next to the input.
        let top = rect.row + max(0, rect.rows - rows.count)
        for (offset, row) in rows.enumerated() {
            let indent = row.isIndented ? MessageBlockLayout.indent(isBare: context.isBare) : 0
            canvas.put(
                row.line, row: top + offset, column: rect.column + indent, width: rect.columns - indent)
            if row.isSelected, isFocused {
                canvas.restyle(
                    Rect(row: top + offset, column: rect.column, columns: rect.columns, rows: 1),
                    role: .messageSelected)
                canvas.drawSelectionMark(row: top + offset, column: rect.column - 1)
            }
        }
        if let terms = conversation.search?.terms { highlight(terms, in: rect, on: &canvas) }
        // What lies over the text would be selected with it.
        guard !context.isBare else { return }
        drawAbove(transcript, in: rect, on: &canvas)
        if !transcript.isAtBottom { drawBelow(transcript, in: rect, on: &canvas) }
    }

    private func drawTitle(in rect: Rect, on canvas: inout ThemedCanvas) {
        canvas.drawPaneTitle(task?.shownTitle ?? "", in: rect, isFocused: isFocused)
    }

    private func drawWelcome(to task: ChatTask, in rect: Rect, on canvas: inout ThemedCanvas) {
        let keymap = context.keymap
        func key(_ action: Action) -> String { keymap.hint(action) ?? "/\(action.name)" }
        var lines = ["A new task with \(task.agent.name)."]
        if let summary = summary(of: task) { lines.append(summary) }
        lines += [
            "",
            "Type a message below; \(key(.send)) sends it.",
            "\(key(.toggleBackground)) toggles sending in the background, for long jobs.",
            "\(key(.newTask)) starts another task, \(key(.switcher)) finds one, \(key(.nextTask)) and \(key(.previousTask)) go through them.",
            "\(key(.palette)) shows every action and its keys, \(key(.quit)) quits; everything is saved.",
        ]
        if !context.accounts.areSeveral, !context.accounts.offers.isEmpty {
            lines += ["", "\(key(.addAccount)) adds an account."]
        }
        var row = rect.row + max(0, (rect.rows - lines.count) / 2)
        for line in lines.flatMap({ StyledLine.wrap($0, width: rect.columns, role: .muted) })
        where row < rect.row + rect.rows {
            canvas.put(line, row: row, column: rect.column, width: rect.columns)
            row += 1
        }
    }

    /// What the task's agent does, in a sentence.
    private func summary(of task: ChatTask) -> String? {
        context.accounts[task.account]?.summaries[task.agent.id]
    }

    private func highlight(_ terms: SearchTerms, in rect: Rect, on canvas: inout ThemedCanvas) {
        guard !terms.isEmpty else { return }
        let rows = (rect.row..<rect.row + rect.rows).map {
            canvas.content.searchable(row: $0, from: rect.column, columns: rect.columns)
        }
        for piece in terms.matches(in: rows.lazy.map(\.text)).joined() {
            let columns = rows[piece.line].columns
            let first = columns[piece.characters.lowerBound]
            let end = piece.characters.upperBound
            let last = end < columns.count ? columns[end] : rect.column + rect.columns
            let hit = Rect(row: rect.row + piece.line, column: first, columns: last - first, rows: 1)
            canvas.restyle(hit, role: .searchMatch)
        }
    }

    /// The state of earlier messages, while the first message is on the screen.
    private func drawAbove(_ transcript: Transcript, in rect: Rect, on canvas: inout ThemedCanvas) {
        guard rect.rows > 2, !transcript.hasEarlier || transcript.history == .loading,
            rows.first.map({ $0.message == transcript.messages.first?.id }) ?? true
        else { return }
        let (text, role): (String, StyleRole)
        switch transcript.history {
        case .loading?: (text, role) = ("loading earlier messages…", .statusBar)
        case .waiting(_, let until)?:
            (text, role) = ("earlier messages: next try at \(context.labels.time(until))", .statusBar)
        case .failed?:
            let key = context.keymap.hint(.loadEarlier).map { ", \($0) retries" } ?? ""
            (text, role) = ("earlier messages failed" + key, .statusError)
        case .more?, .complete?, nil: return
        }
        canvas.putRight(
            " ↑ \(text) ", row: rect.row, end: rect.column + rect.columns, width: rect.columns, role: role)
    }

    private func drawBelow(_ transcript: Transcript, in rect: Rect, on canvas: inout ThemedCanvas) {
        guard rect.rows > 1 else { return }
        let key = context.keymap.hint(.bottom).map { " (\($0))" } ?? ""
        let count = transcript.arrivedBelow.count
        let text = count > 0 ? " ↓ \(count) new below\(key) " : " ↓ more below\(key) "
        canvas.putRight(
            text, row: rect.row + rect.rows - 1, end: rect.column + rect.columns, width: rect.columns,
            role: count > 0 ? .statusKey : .statusBar)
    }
}

extension Canvas {
    /// The characters of a part of a row, and the column of each.
    fileprivate func searchable(
        row: Int, from column: Int, columns: Int
    ) -> (text: [Character], columns: [Int]) {
        var text: [Character] = []
        var places: [Int] = []
        for place in column..<min(size.columns, column + columns) {
            guard let glyph = self[row, place].glyph else { continue }
            for character in String(glyph) {
                text.append(character)
                places.append(place)
            }
        }
        return (text, places)
    }
}
