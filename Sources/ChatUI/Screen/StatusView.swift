import RichText
import SessionCore
import Settings

/// Draws the status bar: the account, agent and mode of the task, how many others want something, the number of running turns, and the
/// notice. Without a notice it shows the keys of the pane that has them, other than the input, and the keys of an incomplete sequence.
/// A rule in what is free parts the panes from the input.
struct StatusView {
    let task: ChatTask?
    /// Whether others on the way can read what is said in the task.
    let isInClear: Bool
    /// How many other tasks want the person, by what they want.
    let wanting: [Attention.Kind: Int]
    let runningCount: Int
    let notice: Notice?
    let keymap: Keymap
    /// What is shown, in this order.
    let parts: [Appearance.StatusPart]
    /// The keys to show; nil for none.
    let keys: PaneKeys?
    /// The keys of an incomplete sequence.
    let pendingKeys: KeySequence?

    func draw(in rect: Rect, on canvas: inout ThemedCanvas) {
        canvas.fill(rect, role: .statusBar)
        let free = drawText(in: rect, on: &canvas)
        canvas.drawRule(row: rect.row, from: free.lowerBound, to: free.upperBound, over: .statusBar)
    }

    /// - Returns: the columns that are free.
    private func drawText(in rect: Rect, on canvas: inout ThemedCanvas) -> Range<Int> {
        let end = rect.column + rect.columns
        var column = rect.column + 1
        func room() -> Int { rect.column + rect.columns - column }
        func add(_ text: String, _ role: StyleRole) {
            column += canvas.put(text, row: rect.row, column: column, width: room(), role: role)
        }
        if notice == nil, let pendingKeys {
            add(pendingKeys.label, .statusKey)
            add(" …  ", .statusBar)
            add("Esc", .statusKey)
            add(" cancels", .statusBar)
            return free(from: column, to: end)
        }
        if notice == nil, let keys {
            let help = helpHint.map { Glyphs.width($0) + 1 } ?? 0
            column += PaneKeysView(keys: keys).draw(
                row: rect.row, column: column, width: room() - help, on: &canvas)
            return free(from: column, to: end - drawHelp(in: rect, width: room(), on: &canvas))
        }
        var last: Appearance.StatusPart?
        /// - Parameter separator: before it, unless it is the first.
        func add(_ part: Appearance.StatusPart, _ text: String, _ role: StyleRole, _ separator: String = "  ")
        {
            if last != nil { add(separator, part == .agent && last == .account ? role : .statusBar) }
            add(text, role)
            last = part
        }
        for part in parts {
            switch part {
            case .account: if let task { add(part, task.account, .statusAccount) }
            case .agent:
                if let task { add(part, task.agent.name, .statusAccount, last == .account ? " · " : "  ") }
            case .mode:
                if let task {
                    add(part, task.mode == .background ? "background" : "streamed", .statusMode)
                }
            case .attention:
                let counts = Attention.Kind.allCases.compactMap { kind in
                    wanting[kind].flatMap { $0 > 0 ? (kind, count: $0) : nil }
                }
                // Where words do not fit, the marks of the list do.
                let isShort = counts.reduce(0) { $0 + 2 + label($1.count, $1.0).count } + 20 > room()
                for (kind, count) in counts {
                    add(
                        part, isShort ? "\(mark(kind))\(count)" : label(count, kind),
                        kind == .failure ? .statusError : .statusRunning, isShort ? " " : "  ")
                }
            case .running: if runningCount > 0 { add(part, "\(runningCount) running", .statusRunning) }
            case .help: break
            }
            // Always said, behind what is known of the task.
            if part == .mode, isInClear { add(part, "not encrypted", .statusError) }
        }
        if isInClear, task != nil, !parts.contains(.mode) { add(.mode, "not encrypted", .statusError) }
        if let notice {
            if last != nil { add("  ", .statusBar) }
            if Glyphs.width(notice.text) <= room() {
                add(notice.text, notice.role)
            } else {
                draw(notice, above: rect, on: &canvas)
            }
            return free(from: column, to: end)
        }
        guard parts.contains(.help) else { return free(from: column, to: end) }
        return free(from: column, to: end - drawHelp(in: rect, width: room() - 1, on: &canvas))
    }

    /// The columns between two texts, a blank beside each left out.
    private func free(from column: Int, to end: Int) -> Range<Int> { column + 1..<max(column + 1, end) }

    private func mark(_ kind: Attention.Kind) -> String {
        switch kind {
        case .question: "?"
        case .answer: "●"
        case .failure: "✗"
        }
    }

    private func label(_ count: Int, _ kind: Attention.Kind) -> String {
        switch kind {
        case .question: count == 1 ? "1 question" : "\(count) questions"
        case .answer: "\(count) unread"
        case .failure: "\(count) failed"
        }
    }

    private var helpHint: String? { keymap.hint(.palette).map { "\($0) help " } }

    /// - Returns: the columns that it took, with the blank in front.
    private func drawHelp(in rect: Rect, width: Int, on canvas: inout ThemedCanvas) -> Int {
        // Half a hint is none.
        guard let helpHint, Glyphs.width(helpHint) <= width else { return 0 }
        return 1
            + canvas.putRight(
                helpHint, row: rect.row, end: rect.column + rect.columns, width: width, role: .statusBar)
    }

    /// A notice too long for the bar is drawn above it, over at most half of the screen.
    private func draw(_ notice: Notice, above rect: Rect, on canvas: inout ThemedCanvas) {
        let lines = StyledLine.wrap(notice.text, width: max(1, rect.columns - 2), role: notice.role)
            .prefix(rect.row / 2)
        let top = rect.row - lines.count
        BottomPanelView(title: "", row: top, rows: lines.count, columns: rect.columns).draw(on: &canvas)
        for (offset, line) in lines.enumerated() {
            canvas.put(
                line, row: top + offset, column: rect.column + 1, width: rect.columns - 2, over: .dialogText)
        }
    }
}
