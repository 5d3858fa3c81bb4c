/// What a picture of a screen consists of besides text: grounds, lines and blocks. What lies side by side in one colour is one shape.
struct PictureShapes {
    private struct Box: Hashable {
        var left: Double
        var right: Double
        var color: String
    }

    private typealias Metrics = ScreenPicture.Metrics

    private var boxes: [(box: Box, rows: Range<Int>)] = []
    private var lines: [String: (horizontal: [Line], vertical: [Line])] = [:]
    private var order: [String] = []

    private struct Line {
        var place: Double
        var from: Double
        var to: Double
        var width: Double
    }

    // MARK: Grounds and blocks

    /// Fills a part of a cell, in shares of its width.
    mutating func fill(row: Int, column: Int, from start: Double, to end: Double, _ color: String) {
        let left = (Double(column) + start) * Metrics.width
        let right = (Double(column) + end) * Metrics.width
        if let last = boxes.indices.last, boxes[last].rows == row..<row + 1, boxes[last].box.right == left,
            boxes[last].box.color == color
        {
            boxes[last].box.right = right
        } else {
            boxes.append((Box(left: left, right: right, color: color), row..<row + 1))
        }
    }

    /// Boxes below each other are one.
    private var joined: [(box: Box, rows: Range<Int>)] {
        var joined: [(box: Box, rows: Range<Int>)] = []
        var last: [Box: Int] = [:]
        for (box, rows) in boxes {
            if let index = last[box], joined[index].rows.upperBound == rows.lowerBound {
                joined[index].rows = joined[index].rows.lowerBound..<rows.upperBound
            } else {
                last[box] = joined.count
                joined.append((box, rows))
            }
        }
        return joined
    }

    // MARK: Lines

    private static let blocks: [String: (Double, Double)] = [
        "█": (0, 1), "▌": (0, 0.5), "▐": (0.5, 1), "▎": (0, 0.25), "▏": (0, 0.125), "▍": (0, 0.375),
    ]

    /// Where lines go from the middle of a cell: up, right, down, left.
    private static let strokes: [String: String] = [
        "─": "rl", "│": "ud", "┌": "rd", "┐": "dl", "└": "ur", "┘": "ul", "├": "urd", "┤": "udl",
        "┬": "rdl", "┴": "url", "┼": "urdl", "╭": "rd", "╮": "dl", "╰": "ur", "╯": "ul", "━": "RL",
        "┃": "UD", "╌": "rl", "═": "rl", "║": "ud",
    ]

    /// Whether a glyph is drawn as a shape.
    static func contains(_ glyph: String) -> Bool { blocks[glyph] != nil || strokes[glyph] != nil }

    mutating func draw(_ glyph: String, row: Int, column: Int, _ color: String) {
        if let (start, end) = Self.blocks[glyph] {
            fill(row: row, column: column, from: start, to: end, color)
            return
        }
        guard let strokes = Self.strokes[glyph] else { return }
        let (left, top) = (Double(column) * Metrics.width, Double(row) * Metrics.height)
        let (x, y) = (left + Metrics.width / 2, top + Metrics.height / 2)
        let width = strokes.first?.isUppercase == true ? 2.0 : 1
        let parts = strokes.lowercased()
        func has(_ side: Character) -> Bool { parts.contains(side) }
        if lines[color] == nil { order.append(color) }
        if has("l") || has("r") {
            let line = Line(
                place: y, from: has("l") ? left : x, to: has("r") ? left + Metrics.width : x, width: width)
            Self.add(line, to: &lines[color, default: ([], [])].horizontal)
        }
        if has("u") || has("d") {
            let line = Line(
                place: x, from: has("u") ? top : y, to: has("d") ? top + Metrics.height : y, width: width)
            Self.add(line, to: &lines[color, default: ([], [])].vertical)
        }
    }

    private static func add(_ line: Line, to lines: inout [Line]) {
        let before = lines.lastIndex {
            $0.place == line.place && $0.to == line.from && $0.width == line.width
        }
        if let before { lines[before].to = line.to } else { lines.append(line) }
    }

    // MARK: Writing

    var svg: String {
        let rects = joined.map { box, rows in
            "<rect x=\"\(box.left.short)\" y=\"\((Double(rows.lowerBound) * Metrics.height).short)\" "
                + "width=\"\((box.right - box.left).short)\" height=\"\((Double(rows.count) * Metrics.height).short)\" "
                + "fill=\"\(box.color)\"/>"
        }
        let paths = order.flatMap { color in
            let (horizontal, vertical) = lines[color] ?? ([], [])
            return [1.0, 2].compactMap { width -> String? in
                let across = horizontal.filter { $0.width == width }.map {
                    "M\($0.from.short) \($0.place.short)H\($0.to.short)"
                }
                let down = vertical.filter { $0.width == width }.map {
                    "M\($0.place.short) \($0.from.short)V\($0.to.short)"
                }
                guard !across.isEmpty || !down.isEmpty else { return nil }
                let path = (across + down).joined()
                return "<path d=\"\(path)\" stroke=\"\(color)\" stroke-width=\"\(width.short)\"/>"
            }
        }
        return (rects + paths).joined(separator: "\n")
    }
}
