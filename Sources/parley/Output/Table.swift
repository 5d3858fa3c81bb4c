import RichText

/// Rows of text. On a terminal they are aligned in columns and cut at its edge; elsewhere cells are whole and separated by tabs.
struct Table {
    private var rows: [[Cell]] = []

    struct Cell {
        /// Safe text of one line.
        var text: String
        var style: Output.TextStyle?
        var isRightAligned = false
        /// The text when the output is no terminal; nil for the same text.
        var whole: String?

        init(
            _ text: String, _ style: Output.TextStyle? = nil, isRightAligned: Bool = false,
            whole: String? = nil
        ) {
            // As wide as it is printed.
            self.text = Output.charset.shown(SafeText.cell(text))
            self.style = style
            self.isRightAligned = isRightAligned
            self.whole = whole.map(SafeText.cell)
        }
    }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// The rows, with a blank between the cells.
    var lines: [String] {
        rows.map { row in row.map { $0.whole ?? $0.text }.filter { !$0.isEmpty }.joined(separator: "  ") }
    }

    func write(to output: Output) throws(BrokenPipe) {
        guard output.isTerminal else {
            for row in rows {
                try output.write(row.map { $0.whole ?? $0.text }.joined(separator: "\t") + "\n")
            }
            return
        }
        let widths = columnWidths
        for row in rows { try output.write(line(row, widths: widths, output: output) + "\n") }
    }

    private var columnWidths: [Int] {
        let count = rows.map(\.count).max() ?? 0
        return (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? Glyphs.width($0[column].text) : 0 }.max() ?? 0
        }
    }

    private func line(_ row: [Cell], widths: [Int], output: Output) -> String {
        var line = ""
        var room = output.columns ?? .max
        for (index, cell) in row.enumerated() where room > 0 {
            let isLast = index == row.count - 1
            let text = Self.cut(cell.text, to: room)
            let width = Glyphs.width(text)
            let blanks = String(repeating: " ", count: max(0, min(widths[index], room) - width))
            let styled = cell.style.map { output.styled(text, $0) } ?? text
            line += cell.isRightAligned ? blanks + styled : styled + (isLast ? "" : blanks)
            room -= max(width, widths[index])
            if !isLast, room > 1 { line += "  " }
            room -= 2
        }
        return line
    }

    private static func cut(_ text: String, to room: Int) -> String {
        guard Glyphs.width(text) > room else { return text }
        let mark = Output.charset.shown("…")
        var cut = ""
        var width = 0
        for glyph in Glyphs(text) {
            guard width + glyph.width <= room - mark.count else { break }
            cut.append(glyph.character)
            width += glyph.width
        }
        return cut + mark.prefix(room)
    }
}
