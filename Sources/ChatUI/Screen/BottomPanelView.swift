import RichText

/// What lies over the panes just above the status bar while keys or a command are incomplete: a title in its upper edge, and rows.
struct BottomPanelView {
    let title: String
    /// The first row below the edge.
    let row: Int
    let rows: Int
    let columns: Int

    /// Draws the edge and blanks the rows.
    /// - Parameters:
    ///   - hiddenAbove: how many entries have no place above the rows shown; the edge says so.
    ///   - hiddenBelow: how many have none below.
    func draw(hiddenAbove: Int = 0, hiddenBelow: Int = 0, on canvas: inout ThemedCanvas) {
        canvas.fill(Rect(row: row, column: 0, columns: columns, rows: rows), role: .dialogText)
        guard row > 0 else { return }
        canvas.fill(Rect(row: row - 1, column: 0, columns: columns, rows: 1), role: .dialogText)
        let edge = String(repeating: "─", count: columns)
        canvas.put(edge, row: row - 1, column: 0, width: columns, role: .dialogBorder)
        let titleColumns =
            title.isEmpty
            ? 0 : canvas.put(" \(title) ", row: row - 1, column: 1, width: columns - 2, role: .dialogTitle)
        let more = HiddenEntries.label(above: hiddenAbove, below: hiddenBelow, isShort: columns < 40)
        guard !more.isEmpty else { return }
        canvas.putRight(
            " \(more) ", row: row - 1, end: columns - 1, width: columns - titleColumns - 3, role: .dialogTitle
        )
    }
}

/// How many entries of a list have no place.
enum HiddenEntries {
    /// `↑ 3 · ↓ 12 more`, or `↑3 ↓12` where room is scarce; empty when all are shown.
    static func label(above: Int, below: Int, isShort: Bool = false) -> String {
        let parts = [("↑", above), ("↓", below)].filter { $0.1 > 0 }.map {
            "\($0.0)\(isShort ? "" : " ")\($0.1)"
        }
        return parts.joined(separator: isShort ? " " : " · ") + (parts.isEmpty || isShort ? "" : " more")
    }
}
