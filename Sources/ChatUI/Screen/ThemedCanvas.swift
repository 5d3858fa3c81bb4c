import RichText
import Settings

/// A canvas with the theme it is drawn in: what every view draws on.
struct ThemedCanvas {
    private(set) var content: Canvas
    let theme: Theme
    /// Whether text may have colours of its own.
    private let hasColors: Bool

    init(size: Size, theme: Theme) {
        hasColors = theme.hasColors
        content = Canvas(size: size, fill: Cell(" ", style: theme[.text]))
        content.grounds = theme.grounds
        self.theme = theme
    }

    var cursor: Position? {
        get { content.cursor }
        set { content.cursor = newValue }
    }

    /// Draws text in a role, clipped to `width` columns with an ellipsis.
    /// - Returns: the columns it took.
    @discardableResult
    mutating func put(_ text: String, row: Int, column: Int, width: Int, role: StyleRole) -> Int {
        guard width > 0 else { return 0 }
        return content.put(
            Self.clipped(text, width), at: Position(row: row, column: column), width: width,
            style: theme[role])
    }

    /// Draws text so that it ends before the column `end`.
    /// - Returns: the columns it took.
    @discardableResult
    mutating func putRight(_ text: String, row: Int, end: Int, width: Int, role: StyleRole) -> Int {
        let columns = min(width, Glyphs.width(text))
        return put(text, row: row, column: end - columns, width: columns, role: role)
    }

    /// Draws a line.
    /// - Parameter base: the role under the line's own roles.
    mutating func put(
        _ line: StyledLine, row: Int, column: Int, width: Int, over base: StyleRole = .text
    ) {
        let (theme, base) = (theme, theme[base].over(theme[.text]))
        var line = line
        if !hasColors { for index in line.spans.indices { line.spans[index].colors = nil } }
        content.put(line, at: Position(row: row, column: column), width: width) { theme[$0].over(base) }
    }

    /// Blanks a part in a role, completed by the role of the screen's text.
    mutating func fill(_ rect: Rect, role: StyleRole) {
        content.fill(rect, style: theme[role].over(theme[.text]))
    }

    /// Draws the title of a pane, followed by a rule. A mark says that it has the keys, also where no colour can.
    mutating func drawPaneTitle(_ title: String, in rect: Rect, isFocused: Bool) {
        let role: StyleRole = isFocused ? .paneFocused : .listHeader
        fill(rect, role: role)
        let title = title.isEmpty ? "" : title + " "
        let used = put(
            (isFocused ? "▸" : " ") + title, row: rect.row, column: rect.column, width: rect.columns - 1,
            role: role)
        drawRule(
            row: rect.row, from: rect.column + used, to: rect.column + rect.columns, over: role,
            role: isFocused ? .accent : .border)
    }

    /// Draws a horizontal line over a role, unless that has a ground of its own, which sets it apart already.
    mutating func drawRule(
        row: Int, from column: Int, to end: Int, over base: StyleRole, role: StyleRole = .border
    ) {
        guard column < end, !hasGround(base) else { return }
        put(
            String(repeating: "─", count: end - column), row: row, column: column, width: end - column,
            role: role)
    }

    /// Joins a vertical line with the rule that it ends on, where both are seen.
    mutating func joinRules(_ column: Int, row: Int) {
        guard row > 0, content[row - 1, column].glyph == "│", content[row, column].glyph == "─" else {
            return
        }
        put("┴", row: row, column: column, width: 1, role: .border)
    }

    /// Whether a role is drawn on another ground than the screen's text.
    func hasGround(_ role: StyleRole) -> Bool {
        let style = theme[role]
        return style.attributes.contains(.reverse)
            || style.background.map { $0 != theme[.text].background } ?? false
    }

    /// Draws the mark of what is selected.
    mutating func drawSelectionMark(row: Int, column: Int, isFocused: Bool = true) {
        put("▌", row: row, column: column, width: 1, role: isFocused ? .selectionMark : .border)
    }

    mutating func restyle(_ rect: Rect, role: StyleRole) { content.restyle(rect, style: theme[role]) }

    /// `text` in at most `width` columns.
    static func clipped(_ text: String, _ width: Int) -> String {
        // A text far longer than any row is not measured to its end.
        let short = text.count(upTo: width + 1) > width ? String(text.prefix(width + 1)) : text
        guard Glyphs.width(short) > width else { return short }
        var kept = ""
        var columns = 0
        for glyph in Glyphs(short) {
            guard columns + glyph.width <= width - 1 else { break }
            kept.append(glyph.character)
            columns += glyph.width
        }
        return kept + "…"
    }
}

extension String {
    /// The number of characters, counted no further than `limit`.
    fileprivate func count(upTo limit: Int) -> Int {
        if utf8.count <= limit { return utf8.count }
        return prefix(limit).count
    }
}
