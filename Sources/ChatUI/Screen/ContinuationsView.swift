import RichText
import Settings

/// Draws what can follow the keys of an incomplete sequence, in columns above the status bar.
struct ContinuationsView {
    let keys: KeySequence
    let continuations: [(KeySequence, Action)]

    private static let gap = 3

    func draw(above row: Int, columns: Int, on canvas: inout ThemedCanvas) {
        let keyColumns = (continuations.map { Glyphs.width($0.0.label) }.max() ?? 0) + 2
        let nameColumns = continuations.map { Glyphs.width($0.1.shortName) }.max() ?? 0
        let width = keyColumns + nameColumns + Self.gap
        let count = max(1, (columns - 2 + Self.gap) / width)
        let all = (continuations.count + count - 1) / count
        let rows = min(all, max(0, row - 1))
        guard rows > 0 else { return }
        let panel = BottomPanelView(title: keys.label + " …", row: row - rows, rows: rows, columns: columns)
        panel.draw(hiddenBelow: continuations.count - rows * count, on: &canvas)
        for (index, (keys, action)) in continuations.prefix(rows * count).enumerated() {
            let line = panel.row + index % rows
            let column = 1 + index / rows * width
            canvas.put(keys.label, row: line, column: column, width: columns - column, role: .dialogKey)
            canvas.put(
                action.shortName, row: line, column: column + keyColumns,
                width: min(nameColumns, columns - column - keyColumns), role: .dialogText)
        }
    }
}

extension Action {
    /// Its name in words: `send in background`.
    var shortName: String { name.replacing("-", with: " ") }
}
