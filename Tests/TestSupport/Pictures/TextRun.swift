/// Letters of one style in one row of a picture.
struct TextRun {
    let column: Int
    private(set) var columns: Int
    private(set) var text: String
    private let look: PictureStyles.Look

    /// The runs of a row. Where fonts disagree on the width of a glyph, it is a run of its own, so that what follows stays in its column.
    static func all(in cells: [VTermScreen.Cell], _ colors: ResolvedColors) -> [TextRun] {
        var runs: [TextRun] = []
        /// Whether what follows belongs to the last run.
        var continues = false
        for (column, cell) in cells.enumerated() {
            guard !cell.text.isEmpty, !PictureShapes.contains(cell.text) else {
                continues = false
                continue
            }
            let look = PictureStyles.Look(cell, color: colors.text(of: cell))
            let scalars = cell.text.unicodeScalars
            let isLetter = scalars.count == 1 && scalars.allSatisfy { $0.value < 0x250 }
            if continues, isLetter, let last = runs.indices.last, runs[last].look == look {
                runs[last].text += cell.text
                runs[last].columns += 1
            } else if cell.text == " ", !look.isDecorated {
                continues = false
            } else {
                runs.append(TextRun(column: column, columns: cell.width, text: cell.text, look: look))
                continues = isLetter
            }
        }
        return runs.flatMap(\.words)
    }

    /// Without blanks at its ends, and in parts where there are several blanks in a row, unless these are drawn.
    private var words: [TextRun] {
        if look.isDecorated { return [self] }
        var words: [TextRun] = []
        var place = 0
        var blanks = 2
        for character in text {
            defer { place += 1 }
            if character == " " {
                blanks += 1
                continue
            }
            if blanks > 1 || words.isEmpty {
                words.append(
                    TextRun(column: column + place, columns: 1, text: String(character), look: look))
            } else {
                words[words.count - 1].text += String(repeating: " ", count: blanks) + String(character)
                words[words.count - 1].columns += blanks + 1
            }
            blanks = 0
        }
        if words.count == 1, columns > text.count { words[0].columns = columns }
        return words
    }

    func svg(row: Int, styles: inout PictureStyles) -> String {
        let x = (Double(column) * ScreenPicture.Metrics.width).short
        let y = (Double(row) * ScreenPicture.Metrics.height + ScreenPicture.Metrics.baseline).short
        let width = (Double(columns) * ScreenPicture.Metrics.width).short
        let fixed = columns > 1 ? " textLength=\"\(width)\" lengthAdjust=\"spacingAndGlyphs\"" : ""
        return "<text x=\"\(x)\" y=\"\(y)\"\(fixed) class=\"\(styles.name(of: look))\">\(text.escaped)</text>"
    }
}

/// The styles of a picture's text, each with a short name.
struct PictureStyles {
    struct Look: Hashable {
        var color: String
        var isBold: Bool
        var isItalic: Bool
        var isUnderlined: Bool
        var isStruck: Bool

        init(_ cell: VTermScreen.Cell, color: String) {
            self.color = color
            (isBold, isItalic, isUnderlined, isStruck) = (
                cell.bold, cell.italic, cell.underline, cell.strikethrough
            )
        }

        /// Whether blanks are drawn too.
        var isDecorated: Bool { isUnderlined || isStruck }
    }

    private var looks: [Look] = []

    mutating func name(of look: Look) -> String {
        if let index = looks.firstIndex(of: look) { return "s\(index)" }
        looks.append(look)
        return "s\(looks.count - 1)"
    }

    var css: String {
        looks.enumerated().map { index, look in
            let lines = [look.isUnderlined ? "underline" : "", look.isStruck ? "line-through" : ""]
                .filter { !$0.isEmpty }
            return ".s\(index){fill:\(look.color)" + (look.isBold ? ";font-weight:bold" : "")
                + (look.isItalic ? ";font-style:italic" : "")
                + (lines.isEmpty ? "" : ";text-decoration:" + lines.joined(separator: " ")) + "}"
        }.joined()
    }
}
