import RichText

/// Draws what dialogs consist of: the frame, an editable line, the items of a picker.
struct DialogFrameView {
    let frame: Rect

    private var isNarrow: Bool { frame.columns < 50 }

    /// Draws the frame with a title, and a footer in its lower edge.
    func draw(title: String, footer: String = "", on canvas: inout ThemedCanvas) {
        canvas.fill(frame, role: .dialogText)
        let right = frame.column + frame.columns - 1
        let bottom = frame.row + frame.rows - 1
        let line = String(repeating: "─", count: max(0, frame.columns - 2))
        canvas.put(
            "┌" + line + "┐", row: frame.row, column: frame.column, width: frame.columns, role: .dialogBorder)
        canvas.put(
            "└" + line + "┘", row: bottom, column: frame.column, width: frame.columns, role: .dialogBorder)
        for row in frame.row + 1..<max(frame.row + 1, bottom) {
            canvas.put("│", row: row, column: frame.column, width: 1, role: .dialogBorder)
            canvas.put("│", row: row, column: right, width: 1, role: .dialogBorder)
        }
        canvas.put(
            " \(title) ", row: frame.row, column: frame.column + 2, width: frame.columns - 4,
            role: .dialogTitle)
        guard !footer.isEmpty else { return }
        // Leaves room for what drawHidden says.
        canvas.putRight(
            " \(footer) ", row: bottom, end: right - 1, width: frame.columns - (isNarrow ? 14 : 24),
            role: .dialogKey)
    }

    /// An editable line with the cursor in it.
    /// - Parameter isSecret: shows a dot for each character.
    func drawLine(
        _ editor: LineEditor, isSecret: Bool = false, row: Int, on canvas: inout ThemedCanvas
    ) {
        let width = max(1, frame.columns - 6)
        var shown = editor
        if isSecret {
            shown = LineEditor()
            shown.setText(String(repeating: "•", count: editor.count), cursor: editor.cursor)
        }
        let view = shown.layout(width: width, maxRows: 1)
        canvas.put("> ", row: row, column: frame.column + 2, width: 2, role: .dialogPrompt)
        canvas.put(view.rows.first ?? "", row: row, column: frame.column + 4, width: width, role: .dialogText)
        canvas.cursor = Position(row: row, column: frame.column + 4 + view.cursor.column)
    }

    /// As many of a picker's items as fit into `rows`, the selected one among them. The lower edge says how many have no place.
    func drawItems(of picker: Picker, from row: Int, rows: Int, on canvas: inout ThemedCanvas) {
        let window = picker.window(rows: rows)
        for (offset, index) in window.enumerated() {
            draw(picker.shown[index], isSelected: index == picker.selection, row: row + offset, on: &canvas)
        }
        drawHidden(above: window.lowerBound, below: picker.shown.count - window.upperBound, on: &canvas)
        if picker.shown.isEmpty {
            let lines = StyledLine.wrap(
                picker.emptyText, width: max(1, frame.columns - 4), role: .dialogMuted)
            for (offset, line) in lines.prefix(rows).enumerated() {
                canvas.put(
                    line, row: row + offset, column: frame.column + 2, width: frame.columns - 4,
                    over: .dialogText)
            }
        }
    }

    /// The rows that the selected item needs below the list because it is cut there: none where there is room for all of them.
    func rowsOfSelected(in picker: Picker) -> Int {
        isNarrow && frame.rows >= 12 && picker.items.contains(where: isCut) ? 2 : 0
    }

    private func isCut(_ item: Picker.Item) -> Bool {
        item.shortDetail != nil && Glyphs.width(item.label) + Glyphs.width(item.detail) + 5 > frame.columns
    }

    /// The whole of the selected item.
    func drawSelected(of picker: Picker, from row: Int, rows: Int, on canvas: inout ThemedCanvas) {
        guard let item = picker.selected, !item.isHeading else { return }
        let text = item.label + (item.detail.isEmpty ? "" : " · " + item.detail)
        let lines = StyledLine.wrap(text, width: max(1, frame.columns - 4), role: .dialogMuted)
        for (offset, line) in lines.prefix(rows).enumerated() {
            canvas.put(
                line, row: row + offset, column: frame.column + 2, width: frame.columns - 4, over: .dialogText
            )
        }
    }

    /// Says in the lower edge how much lies above and below what has room.
    func drawHidden(above: Int, below: Int, on canvas: inout ThemedCanvas) {
        let label = HiddenEntries.label(above: above, below: below, isShort: isNarrow)
        guard !label.isEmpty else { return }
        canvas.put(
            " \(label) ", row: frame.row + frame.rows - 1, column: frame.column + 2, width: frame.columns - 4,
            role: .dialogTitle)
    }

    private func draw(
        _ item: Picker.Item, isSelected: Bool, row: Int, on canvas: inout ThemedCanvas
    ) {
        guard !item.isHeading else {
            canvas.put(
                item.label, row: row, column: frame.column + 2, width: frame.columns - 4, role: .dialogHeading
            )
            return
        }
        let role: StyleRole = isSelected ? .dialogSelected : .dialogText
        let inside = Rect(row: row, column: frame.column + 1, columns: frame.columns - 2, rows: 1)
        canvas.fill(inside, role: role)
        if isSelected { canvas.drawSelectionMark(row: row, column: inside.column) }
        let detail = isNarrow ? item.shortDetail ?? item.detail : item.detail
        let detailColumns = canvas.putRight(
            detail.withoutLineEnds, row: row, end: inside.column + inside.columns - 1,
            width: inside.columns / 2,
            role: isSelected ? .dialogSelected : .dialogKey)
        let width = inside.columns - detailColumns - 3
        // One character for one, so that matched ones stay where they are.
        let label = item.label.withoutLineEnds
        canvas.put(label, row: row, column: inside.column + 1, width: width, role: role)
        drawMatches(item.matches, of: label, row: row, column: inside.column + 1, width: width, on: &canvas)
    }

    private func drawMatches(
        _ matches: [Int], of label: String, row: Int, column: Int, width: Int, on canvas: inout ThemedCanvas
    ) {
        guard !matches.isEmpty else { return }
        let matched = Set(matches)
        var place = 0
        for (offset, character) in label.enumerated() {
            let columns = Glyphs.width(String(character))
            guard place + columns <= width else { return }
            if matched.contains(offset) {
                canvas.restyle(
                    Rect(row: row, column: column + place, columns: columns, rows: 1), role: .dialogMatch)
            }
            place += columns
        }
    }
}

extension String {
    /// In one line, with as many characters.
    fileprivate var withoutLineEnds: String { String(map { $0.isNewline ? " " : $0 }) }
}
