import RichText
import Settings

/// A canvas and the theme it is drawn with: what every view is given.
struct ThemedCanvas {
    var canvas: Canvas
    let theme: Theme

    init(size: Size, theme: Theme) {
        canvas = Canvas(size: size, fill: Cell(" ", style: theme[.text]))
        self.theme = theme
    }

    /// Draws text in a role, clipped to `width` columns with an ellipsis where it is cut.
    @discardableResult
    mutating func put(_ text: String, row: Int, column: Int, width: Int, role: StyleRole) -> Int {
        guard width > 0 else { return 0 }
        return canvas.put(
            Self.clipped(text, width), at: Position(row: row, column: column), width: width,
            style: theme[role])
    }

    /// Draws text at the right end of a part of a row; returns the columns it took.
    @discardableResult
    mutating func putRight(_ text: String, row: Int, end: Int, width: Int, role: StyleRole) -> Int {
        let columns = min(width, Glyphs.width(text))
        return put(text, row: row, column: end - columns, width: columns, role: role)
    }

    /// - Parameter base: what the line's own roles are drawn over.
    mutating func put(
        _ line: StyledLine, row: Int, column: Int, width: Int, over base: StyleRole = .text
    ) {
        let (theme, base) = (theme, theme[base].over(theme[.text]))
        canvas.put(line, at: Position(row: row, column: column), width: width) { theme[$0].over(base) }
    }

    /// Blanks a part in a role, which takes what it does not say from the screen's text.
    mutating func fill(_ rect: Rect, role: StyleRole) {
        canvas.fill(rect, style: theme[role].over(theme[.text]))
    }

    mutating func restyle(_ rect: Rect, role: StyleRole) { canvas.restyle(rect, style: theme[role]) }

    /// `text` in at most `width` columns.
    static func clipped(_ text: String, _ width: Int) -> String {
        // What is far longer than any row is not measured to its end.
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
    /// How many characters there are, counted no further than `limit`.
    fileprivate func count(upTo limit: Int) -> Int {
        if utf8.count <= limit { return utf8.count }
        return prefix(limit).count
    }
}
