/// What a program printed as rows, laid out while it streams in: as it is, or as a terminal would show it.
///
/// On a terminal a line that is written over has its last state: carriage returns, backspaces and the sequences that move in a line and
/// erase it are obeyed, and colours are styles. All other sequences do nothing. The rows depend on the text alone, not on its chunks, and
/// the work for a chunk does not grow with the text before it.
public struct OutputLayout: Sendable {
    public enum Form: Hashable, Sendable {
        case text, terminal
    }

    public let width: Int
    /// All rows so far.
    public private(set) var lines: [StyledLine] = []

    private let form: Form
    /// The rows that never change.
    private var finalCount = 0
    /// The line that is being written.
    private var plain: FlowText
    private var line = TerminalLine()
    private var isLineOpen = false
    /// What of the line was read since its rows became final.
    private var lineLength = 0
    private var parser = ControlParser()
    private var rendition = GraphicRendition()
    /// Whether the last scalar was a carriage return, which may be the first half of a line end.
    private var followsReturn = false

    /// The scalars of a line after which its full rows are final.
    private static let longestLine = 4096

    /// - Parameter width: the columns of a row.
    public init(width: Int, form: Form) {
        self.width = max(1, width)
        self.form = form
        plain = FlowText(width: self.width)
    }

    /// Lays out a whole text.
    public init(width: Int, form: Form, finished text: String) {
        self.init(width: width, form: form)
        append(text)
        finish()
    }

    /// What a terminal would show, without styles.
    public static func plain(_ text: String) -> String {
        let layout = OutputLayout(width: .max, form: .terminal, finished: text)
        return layout.lines.map(\.text).joined(separator: "\n")
    }

    public mutating func append(_ chunk: String) {
        lines.removeSubrange(finalCount...)
        switch form {
        case .text: readText(chunk)
        case .terminal: for scalar in chunk.unicodeScalars { readTerminal(scalar) }
        }
        showLine()
    }

    /// The rows that never change, which are no longer kept.
    public mutating func takeFinal() -> [StyledLine] {
        defer {
            lines.removeFirst(finalCount)
            finalCount = 0
        }
        return Array(lines[..<finalCount])
    }

    /// Ends the text.
    public mutating func finish() {
        guard form == .terminal, let rest = parser.finish() else { return }
        lines.removeSubrange(finalCount...)
        obey(rest)
        showLine()
    }

    private mutating func showLine() {
        guard isLineOpen else { return }
        let rows = lineRows
        // A line that was erased is not shown.
        if rows != [StyledLine()] { lines += rows }
    }

    private var lineRows: [StyledLine] {
        switch form {
        case .text: plain.lines(width: width, first: [], rest: [])
        case .terminal: line.rows(width: width)
        }
    }

    // MARK: Reading

    private mutating func readTerminal(_ scalar: Unicode.Scalar) {
        if let event = parser.parse(scalar) { obey(event) }
        if line.count > Self.longestLine, line.isAtEnd { keepFullRows() }
    }

    private mutating func readText(_ text: String) {
        var run = String.UnicodeScalarView()
        func addRun() {
            guard !run.isEmpty else { return }
            plain.append(String(run), FlowText.Style())
            run = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            defer { followsReturn = scalar == "\r" }
            switch scalar {
            case "\n" where followsReturn: continue
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                addRun()
                endLine()
                continue
            case "\t":
                addRun()
                plain.tab(stop: tabStop, FlowText.Style())
            default: run.append(scalar)
            }
            isLineOpen = true
            lineLength += 1
            guard lineLength > Self.longestLine else { continue }
            addRun()
            keepFullRows()
        }
        addRun()
    }

    private mutating func obey(_ event: ControlParser.Event) {
        switch event {
        case .scalar(let scalar):
            isLineOpen = true
            line.put(scalar, rendition.style)
        case .text(let text):
            for scalar in text.unicodeScalars {
                if scalar == "\n" { endLine() } else if scalar.value >= 0x20 { obey(.scalar(scalar)) }
            }
        case .control(let control): obey(control: control)
        case .sequence(let parameters, "m"): rendition.apply(parameters)
        case .sequence(let parameters, let final):
            guard parameters.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x3B }) else { return }
            let number = Int(parameters.prefix { $0 != ";" })
            let count = max(1, min(number ?? 1, 1 << 16))
            switch final {
            case "C": line.goForward(count)
            case "D": line.goBack(count)
            case "G", "`": line.go(to: count - 1)
            case "K":
                switch number ?? 0 {
                case 0: line.eraseToEnd()
                case 1: line.eraseToStart()
                case 2: line.erase()
                default: break
                }
            default: break
            }
        }
    }

    private mutating func obey(control: UInt8) {
        switch control {
        case 0x0A, 0x0B, 0x0C: endLine()
        case 0x0D: line.goToStart()
        case 0x08: line.goBack(1)
        case 0x09: line.tab()
        default: break
        }
    }

    private mutating func endLine() {
        lines += lineRows
        finalCount = lines.count
        plain = FlowText(width: width)
        line = TerminalLine()
        isLineOpen = false
        lineLength = 0
    }

    /// Makes the full rows of a line without end final.
    private mutating func keepFullRows() {
        lineLength = 0
        guard width < .max else { return }
        switch form {
        case .terminal: lines += line.removeFullRows(width: width)
        case .text:
            guard let start = plain.rows(first: width, later: width).last?.lowerBound, start > 0 else {
                return
            }
            lines += plain.lines(width: width, first: [], rest: []).dropLast()
            plain = plain.suffix(from: start)
        }
        finalCount = lines.count
    }
}
