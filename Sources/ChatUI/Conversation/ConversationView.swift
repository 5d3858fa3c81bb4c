import RichText
import SessionCore

/// The conversation of the focused task under its title.
struct ConversationView {
    let model: Model
    /// The rows that the transcript shows now.
    let rows: [Transcript.Row]

    func draw(title: Rect, in rect: Rect, on painter: inout ThemedCanvas) {
        drawTitle(in: title, on: &painter)
        guard let task = model.focusedTask, let transcript = model.transcripts[task.id] else { return }
        if transcript.isLoaded, transcript.messages.isEmpty {
            drawWelcome(to: task, in: rect, on: &painter)
        }
        // A short conversation stands at the bottom, next to where one writes.
        let top = rect.row + max(0, rect.rows - rows.count)
        for (offset, row) in rows.enumerated() {
            let indent = row.isIndented ? MessageBlockLayout.indent : 0
            painter.put(
                row.line, row: top + offset, column: rect.column + indent, width: rect.columns - indent)
            if row.isSelected, model.pane == .conversation {
                painter.restyle(
                    Rect(row: top + offset, column: rect.column, columns: rect.columns, rows: 1),
                    role: .messageSelected)
            }
        }
        if let words = model.search?.words { highlight(words, in: rect, on: &painter) }
        drawAbove(transcript, in: rect, on: &painter)
        if !transcript.isAtBottom { drawBelow(transcript, in: rect, on: &painter) }
    }

    private func drawTitle(in rect: Rect, on painter: inout ThemedCanvas) {
        painter.fill(rect, role: .listHeader)
        guard let task = model.focusedTask else { return }
        painter.put(
            " " + task.shownTitle, row: rect.row, column: rect.column, width: rect.columns - 1,
            role: .listHeader)
    }

    private func drawWelcome(to task: ChatTask, in rect: Rect, on painter: inout ThemedCanvas) {
        let keymap = model.keymap
        func key(_ action: Action) -> String { keymap.hint(action) ?? "/\(action.name)" }
        var lines = [
            "A new task with \(task.agent.name).",
            "",
            "Write below; \(key(.send)) sends it.",
            "\(key(.toggleBackground)) sends in the background, and you go on elsewhere meanwhile.",
            "\(key(.newTask)) begins another task, \(key(.switcher)) finds one, \(key(.nextTask)) and \(key(.previousTask)) walk through them.",
            "\(key(.palette)) shows every action and its keys, \(key(.quit)) leaves; everything is kept.",
        ]
        if model.accounts.count < 2, !model.offers.isEmpty {
            lines += ["", "\(key(.addAccount)) adds an account of a service."]
        }
        var row = rect.row + max(0, (rect.rows - lines.count) / 2)
        for line in lines.flatMap({ StyledLine.wrap($0, width: rect.columns, role: .muted) })
        where row < rect.row + rect.rows {
            painter.put(line, row: row, column: rect.column, width: rect.columns)
            row += 1
        }
    }

    private func highlight(_ words: String, in rect: Rect, on painter: inout ThemedCanvas) {
        let wanted = words.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        for row in rect.row..<rect.row + rect.rows {
            let (text, columns) = painter.canvas.searchable(
                row: row, from: rect.column, columns: rect.columns)
            for word in wanted where !word.isEmpty {
                for match in text.ranges(of: Array(word)) {
                    let first = columns[match.lowerBound]
                    let last =
                        match.upperBound < columns.count
                        ? columns[match.upperBound] : rect.column + rect.columns
                    let hit = Rect(row: row, column: first, columns: last - first, rows: 1)
                    painter.restyle(hit, role: .searchMatch)
                }
            }
        }
    }

    /// How the messages before the first one stand, while that is on the screen.
    private func drawAbove(_ transcript: Transcript, in rect: Rect, on painter: inout ThemedCanvas) {
        guard rect.rows > 2, !transcript.hasEarlier || transcript.history == .loading,
            rows.first.map({ $0.message == transcript.messages.first?.id }) ?? true
        else { return }
        let (text, role): (String, StyleRole)
        switch transcript.history {
        case .loading?: (text, role) = ("loading earlier messages…", .statusBar)
        case .waiting(_, let until)?:
            (text, role) = ("earlier messages: again at \(model.labels.time(until))", .statusBar)
        case .failed?:
            let key = model.keymap.hint(.loadEarlier).map { ", \($0) tries again" } ?? ""
            (text, role) = ("earlier messages failed" + key, .statusError)
        case .more?, .complete?, nil: return
        }
        painter.putRight(
            " ↑ \(text) ", row: rect.row, end: rect.column + rect.columns, width: rect.columns, role: role)
    }

    private func drawBelow(_ transcript: Transcript, in rect: Rect, on painter: inout ThemedCanvas) {
        guard rect.rows > 1 else { return }
        let key = model.keymap.hint(.bottom).map { " (\($0))" } ?? ""
        let count = transcript.arrivedBelow.count
        let text = count > 0 ? " ↓ \(count) new below\(key) " : " ↓ more below\(key) "
        painter.putRight(
            text, row: rect.row + rect.rows - 1, end: rect.column + rect.columns, width: rect.columns,
            role: count > 0 ? .listSelected : .statusBar)
    }
}

extension Canvas {
    /// The characters of a part of a row in lower case, and the column each stands in.
    fileprivate func searchable(row: Int, from column: Int, columns: Int) -> ([Character], [Int]) {
        var text: [Character] = []
        var places: [Int] = []
        for place in column..<min(size.columns, column + columns) {
            guard let glyph = self[row, place].glyph else { continue }
            for character in glyph.lowercased() {
                text.append(character)
                places.append(place)
            }
        }
        return (text, places)
    }
}
