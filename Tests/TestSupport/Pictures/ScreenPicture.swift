/// A picture of a terminal's screen as SVG: text as text, lines and blocks as shapes, so that they join in any font.
public struct ScreenPicture {
    /// What the colours of the terminal's own look like, as `#rrggbb`.
    public struct Palette: Sendable {
        public var foreground: String
        public var background: String
        /// The sixteen named colours.
        public var named: [String]

        public init(foreground: String, background: String, named: [String]) {
            (self.foreground, self.background, self.named) = (foreground, background, named)
        }
    }

    /// The size of a cell, and where letters stand in it.
    enum Metrics {
        static let width = 8.0
        static let height = 17.0
        static let baseline = 13.0
        static let font = 13.3
        static let margin = 12.0
    }

    private let rows: [[VTermScreen.Cell]]
    private let cursor: (row: Int, column: Int)?
    private let title: String
    private let colors: ResolvedColors
    private let page: String

    /// - Parameters:
    ///   - rows: the cells of each row; one that blinks is drawn dim, which libvterm does not tell.
    ///   - title: what is seen, for people who do not see it.
    public init(
        _ rows: [[VTermScreen.Cell]], cursor: (row: Int, column: Int)?, title: String, palette: Palette
    ) {
        self.rows = rows
        self.cursor = cursor
        self.title = title
        colors = ResolvedColors(palette: palette)
        var counts: [String: Int] = [:]
        for cell in rows.joined() { counts[colors.ground(of: cell), default: 0] += 1 }
        page = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? palette.background
    }

    public var svg: String {
        let columns = Double(rows.first?.count ?? 0)
        let width = columns * Metrics.width + 2 * Metrics.margin
        let height = Double(rows.count) * Metrics.height + 2 * Metrics.margin
        var shapes = PictureShapes()
        var styles = PictureStyles()
        var texts: [String] = []
        for (row, cells) in rows.enumerated() {
            for (column, cell) in cells.enumerated() {
                let ground = colors.ground(of: cell)
                if ground != page { shapes.fill(row: row, column: column, from: 0, to: 1, ground) }
                shapes.draw(cell.text, row: row, column: column, colors.text(of: cell))
            }
            for run in TextRun.all(in: cells, colors) { texts.append(run.svg(row: row, styles: &styles)) }
        }
        if let cursor {
            let color = rows[cursor.row].first.map { _ in colors.palette.foreground } ?? page
            shapes.fill(
                row: cursor.row, column: cursor.column, from: 0, to: 0.25,
                Self.isDark(page) == Self.isDark(color) ? "#888888" : color)
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width.short)" height="\(height.short)" \
            viewBox="0 0 \(width.short) \(height.short)" role="img">
            <title>\(title.escaped)</title>
            <style>text{font:\(Metrics.font.short)px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre}\(styles.css)</style>
            <rect width="\(width.short)" height="\(height.short)" rx="8" fill="\(page)"/>
            <g transform="translate(\(Metrics.margin.short) \(Metrics.margin.short))">
            <g shape-rendering="crispEdges">
            \(shapes.svg)
            </g>
            \(texts.joined(separator: "\n"))
            </g>
            </svg>

            """
    }

    private static func isDark(_ color: String) -> Bool {
        let number = UInt32(color.dropFirst(), radix: 16) ?? 0
        return (number >> 16 & 0xFF) + (number >> 8 & 0xFF) + (number & 0xFF) < 384
    }
}

/// The colours of cells as `#rrggbb`.
struct ResolvedColors {
    let palette: ScreenPicture.Palette

    func ground(of cell: VTermScreen.Cell) -> String {
        cell.reverse
            ? hex(cell.foreground, palette.foreground) : hex(cell.background, palette.background)
    }

    func text(of cell: VTermScreen.Cell) -> String {
        let text =
            cell.reverse ? hex(cell.background, palette.background) : hex(cell.foreground, palette.foreground)
        return cell.blink ? Self.mixed(text, ground(of: cell)) : text
    }

    private func hex(_ color: VTermScreen.Color, _ own: String) -> String {
        switch color {
        case .terminal: own
        case .indexed(let index) where index < 16: palette.named[index]
        case .indexed(let index): Self.hex(Self.numbered(index))
        case .rgb(let red, let green, let blue): Self.hex([red, green, blue])
        }
    }

    /// The cube and the greys of xterm.
    private static func numbered(_ index: Int) -> [Int] {
        guard index < 232 else { return Array(repeating: 8 + (index - 232) * 10, count: 3) }
        let steps = [0, 95, 135, 175, 215, 255]
        return [(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6].map { steps[$0] }
    }

    private static func hex(_ parts: [Int]) -> String {
        "#" + parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func mixed(_ one: String, _ other: String) -> String {
        func parts(_ color: String) -> [Int] {
            let number = Int(color.dropFirst(), radix: 16) ?? 0
            return [number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF]
        }
        return hex(zip(parts(one), parts(other)).map { ($0 * 3 + $1 * 2) / 5 })
    }
}

extension Double {
    /// Without a fraction that is none.
    var short: String { self == rounded() ? String(Int(self)) : String((self * 10).rounded() / 10) }
}

extension String {
    /// As the text of an XML element.
    var escaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
