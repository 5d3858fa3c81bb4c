import RichText

/// Draws the keys of a pane in the status bar.
struct PaneKeysView {
    let keys: PaneKeys

    /// Draws as many as fit.
    /// - Returns: the columns it took.
    func draw(row: Int, column: Int, width: Int, on canvas: inout ThemedCanvas) -> Int {
        func columns(of hint: (key: String, label: String)) -> Int {
            Glyphs.width(hint.key) + 1 + Glyphs.width(hint.label)
        }
        let separator = " · "
        var used = 0
        func room() -> Int { width - used }
        func put(_ text: String, _ role: StyleRole) {
            used += canvas.put(text, row: row, column: column + used, width: room(), role: role)
        }
        put(keys.name + " ", .statusMode)
        let reserved = keys.back.map { columns(of: $0) + separator.count } ?? 0
        var isFirst = true
        func put(_ hint: (key: String, label: String)) {
            put(isFirst ? " " : separator, .statusBar)
            put(hint.key, .statusKey)
            put(" " + hint.label, .statusBar)
            isFirst = false
        }
        for hint in keys.hints {
            guard columns(of: hint) + separator.count + reserved <= room() else { break }
            put(hint)
        }
        if let back = keys.back { put(back) }
        return used
    }
}
