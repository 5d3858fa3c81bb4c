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

    /// Draws the title of a pane. A mark says that it has the keys, also where no colour can.
    mutating func drawPaneTitle(_ title: String, in rect: Rect, isFocused: Bool) {
        let role: StyleRole = isFocused ? .paneFocused : .listHeader
        fill(rect, role: role)
        put(
            (isFocused ? "▸" : " ") + title, row: rect.row, column: rect.column, width: rect.columns - 1,
            role: role)
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
