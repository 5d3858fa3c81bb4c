import Foundation
import RichText
import TestSupport
import Testing

@testable import Terminal

/// The terminal's screen shows what is drawn on a canvas.
@Suite(.ownThread) struct PaintingTests {
    @Test func drawsText() throws {
        let probe = try ProbeSession()
        try probe.perform("put 2 3 - - 0 hello, 你好 é e\u{301} 🙂 end")
        #expect(probe.screen.row(2) == "   hello, 你好 é e\u{301} 🙂 end")
        #expect(probe.screen.cell(row: 2, column: 10).width == 2)
    }

    @Test func drawsAttributes() throws {
        let probe = try ProbeSession()
        for bit in 0..<6 { try probe.perform("put \(bit) 0 - - \(1 << bit) x") }
        func cell(_ row: Int) -> VTermScreen.Cell { probe.screen.cell(row: row, column: 0) }
        #expect(cell(0).bold)
        #expect(cell(2).italic)
        #expect(cell(3).underline)
        #expect(cell(4).reverse)
        #expect(cell(5).strikethrough)
        #expect(!cell(5).bold && !cell(5).underline && !cell(0).strikethrough)
        #expect(probe.screen.cell(row: 5, column: 1).strikethrough == false)
    }

    @Test func drawsColours() throws {
        let probe = try ProbeSession()
        try probe.perform("put 0 0 #FF0000 - 0 a\n1 0 4 #00FF00 1 b\n2 0 - 200 0 c\n3 0 - - 0 d")
        func cell(_ row: Int) -> VTermScreen.Cell { probe.screen.cell(row: row, column: 0) }
        #expect(cell(0).foreground == .indexed(196))
        #expect(cell(0).background == .terminal)
        #expect(cell(1).foreground == .indexed(4))
        #expect(cell(1).background == .indexed(46))
        #expect(cell(1).bold)
        #expect(cell(2).foreground == .terminal)
        #expect(cell(2).background == .indexed(200))
        #expect(cell(3).foreground == .terminal)
    }

    @Test func honoursNoColour() throws {
        let probe = try ProbeSession(environment: ["NO_COLOR": "1"])
        try probe.perform("put 0 0 #FF0000 4 1 a")
        let cell = probe.screen.cell(row: 0, column: 0)
        #expect(cell.foreground == .terminal)
        #expect(cell.background == .terminal)
        #expect(cell.bold)
        let coloured = try ProbeSession(environment: ["NO_COLOR": ""])
        try coloured.perform("put 0 0 #FF0000 4 1 a")
        #expect(coloured.screen.cell(row: 0, column: 0).foreground == .indexed(196))
    }

    @Test(arguments: [
        ("xterm", VTermScreen.Color.indexed(1)), ("linux", .indexed(1)), ("tmux", .indexed(1)),
        ("vt100", .terminal),
        ("xterm-256color", .indexed(196)), ("screen-256color", .indexed(196)), ("xterm-mono", .terminal),
        ("test-16color", .indexed(9)), ("test-direct", .rgb(red: 255, green: 0, blue: 0)),
        ("test-noop", .indexed(1)),
    ])
    func drawsWithTheColoursThereAre(type: String, red: VTermScreen.Color) throws {
        let folder = try Descriptions.compiled()
        let probe = try ProbeSession(type: type, environment: Descriptions.variables(folder))
        try probe.perform("put 1 1 #FF0000 - 0 red\n2 1 - - 0 你好")
        #expect(probe.screen.row(1) == " red")
        #expect(probe.screen.row(2) == " 你好")
        #expect(probe.screen.cell(row: 1, column: 1).foreground == red)
        probe.do("quit")
        #expect(try probe.session.waitForExit() == .exited(0))
        #expect(probe.session.screenText.contains("goodbye"))
        #expect(try probe.session.terminal.settings == EndingTests.untouched())
    }

    /// What says that a terminal draws any colour, and what says that it does not.
    @Test(arguments: [
        ("xterm-256color", ["COLORTERM": "truecolor"], true), ("xterm", ["COLORTERM": "24bit"], true),
        ("tmux-256color", ["COLORTERM": "truecolor"], true),
        ("screen-256color", ["COLORTERM": "truecolor", "TMUX": "/tmp/tmux,1,0"], true),
        ("screen-256color", ["COLORTERM": "truecolor"], false), ("xterm-256color", ["COLORTERM": ""], false),
        ("xterm-256color", ["COLORTERM": "yes"], false), ("linux", ["COLORTERM": "truecolor"], false),
        ("test-tc", [:], true), ("test-rgb", [:], true), ("test-direct", [:], true),
    ])
    func drawsAnyColourWhereThereIs(type: String, environment: [String: String], isExact: Bool) throws {
        let folder = try Descriptions.compiled()
        let probe = try ProbeSession(
            type: type, environment: environment.merging(Descriptions.variables(folder)) { $1 })
        try probe.perform("put 1 1 #123456 #000001 5 exact\n2 1 12 200 0 named\n3 1 #000000 - 0 black")
        let screen = probe.screen
        #expect(screen.row(1) == " exact")
        let found = screen.cell(row: 1, column: 1)
        #expect((found.foreground == .rgb(red: 0x12, green: 0x34, blue: 0x56)) == isExact)
        guard isExact else { return }
        #expect(found.background == .rgb(red: 0, green: 0, blue: 1))
        #expect(found.bold)
        #expect(found.italic || !type.hasPrefix("x"))
        // The palette stays the person's.
        #expect(screen.cell(row: 2, column: 1).foreground == .indexed(12))
        #expect(screen.cell(row: 2, column: 1).background == .indexed(200))
        #expect(screen.cell(row: 3, column: 1).foreground == .rgb(red: 0, green: 0, blue: 0))
        #expect(probe.session.count(of: "\u{1B}[38;2;18;52;86m") == 1)
        // Nothing is written when nothing changes, and only what changes when something does.
        probe.do("status off")
        try probe.session.waitFor("the last row") { $0.row(23).contains("did put") }
        let before = probe.session.output.count
        probe.do("draw")
        probe.do("put 1 1 #123457 #000001 5 E")
        try probe.session.waitFor("the change") { $0.cell(row: 1, column: 1).text == "E" }
        #expect(probe.session.output.count - before < 80)
        #expect(probe.session.count(of: "exact") == 1)
        probe.do("quit")
        #expect(try probe.session.waitForExit() == .exited(0))
        #expect(try probe.session.terminal.settings == EndingTests.untouched())
    }

    @Test func noColourWinsOverColours() throws {
        let probe = try ProbeSession(environment: ["NO_COLOR": "1", "COLORTERM": "truecolor"])
        try probe.perform("put 1 1 #123456 #000001 0 plain")
        #expect(probe.screen.cell(row: 1, column: 1).foreground == .terminal)
    }

    @Test("Colour pairs are allocated again when the terminal has too few of them")
    func runsOutOfPairs() throws {
        let probe = try ProbeSession(type: "xterm")
        for background in 0..<8 {
            for foreground in 0..<8 {
                try probe.perform("put \(background) \(foreground) \(foreground) \(background) 0 x")
            }
            #expect(probe.screen.cell(row: background, column: 2).background == .indexed(background))
        }
        try probe.perform("clear")
        try probe.perform("put 0 0 - 5 0 a\n0 1 3 - 0 b")
        #expect(probe.screen.cell(row: 0, column: 0).background == .indexed(5))
        #expect(probe.screen.cell(row: 0, column: 1).foreground == .indexed(3))
    }

    @Test func placesTheCursor() throws {
        let probe = try ProbeSession()
        #expect(!probe.screen.isCursorVisible)
        probe.do("cursor 5 7")
        try probe.session.waitFor("the cursor") { $0.isCursorVisible && $0.cursor == (5, 7) }
        probe.do("cursor 6 0")
        try probe.session.waitFor("the cursor elsewhere") { $0.isCursorVisible && $0.cursor == (6, 0) }
        probe.do("cursor none")
        try probe.session.waitFor("no cursor") { !$0.isCursorVisible }
        probe.do("cursor 23 79")
        try probe.session.waitFor("the cursor in the corner") { $0.isCursorVisible && $0.cursor == (23, 79) }
        probe.do("cursor 99 0")
        try probe.session.waitFor("no cursor outside") { !$0.isCursorVisible }
    }

    @Test func writesNothingWhenNothingChanged() throws {
        let probe = try ProbeSession()
        try probe.perform("put 2 3 #FF0000 - 1 some 你好 text")
        let before = probe.session.output.count
        for _ in 0..<5 { probe.do("draw") }
        probe.do("bell")
        try probe.session.waitFor("the bell") { $0.bells == 1 }
        #expect(Array(probe.session.output[before...]) == [0x07])
    }

    @Test func writesLittleWhenLittleChanged() throws {
        let probe = try ProbeSession()
        try probe.perform("put 2 0 - - 0 \(String(repeating: "long ", count: 15))")
        probe.do("status off")
        let before = probe.session.output.count
        probe.do("put 2 40 - - 0 X")
        try probe.session.waitFor("the change") { $0.cell(row: 2, column: 40).text == "X" }
        #expect(probe.session.output.count - before < 20)
    }

    @Test func drawsEverythingAfterInvalidate() throws {
        let probe = try ProbeSession()
        try probe.perform("put 2 3 - - 0 stays")
        // As if another program had written into the screen.
        probe.screen.feed("\u{1B}[3;4Hgarbage".utf8)
        try probe.perform("invalidate")
        #expect(probe.screen.row(2) == "   stays")
    }

    @Test(arguments: [(1, 1), (2, 1), (1, 5), (3, 3), (80, 1), (500, 200), (2200, 3)])
    func survivesSizes(columns: Int, rows: Int) throws {
        let probe = try ProbeSession(columns: columns, rows: rows, waits: false)
        try probe.session.waitFor("something drawn") { $0.cell(row: rows - 1, column: 0).text == "[" }
        probe.session.resize(columns: 80, rows: 24)
        try probe.waitFor("size 80x24")
        probe.session.resize(columns: columns, rows: rows)
        probe.session.resize(columns: 81, rows: 25)
        try probe.waitFor("size 81x25")
        probe.session.signal(SIGTERM)
        #expect(try probe.session.waitForExit() == .exited(0))
    }

    @Test func takesTheSizeFromTheWindowNotTheEnvironment() throws {
        let probe = try ProbeSession(environment: ["COLUMNS": "132", "LINES": "5"])
        #expect(probe.status == "ready 80x24")
        try probe.perform("put 20 70 - - 0 0123456789")
        #expect(probe.screen.row(20).hasSuffix("0123456789"))
    }

    @Test func assumes80By24WhenTheSizeIsUnknown() throws {
        let probe = try ProbeSession(columns: 0, rows: 0)
        #expect(probe.status == "ready 80x24")
    }

    @Test func sendsTitleClipboardAndBell() throws {
        let probe = try ProbeSession()
        probe.do("title tasks \u{7}and more")
        try probe.session.waitFor("the title") { $0.title == "tasks  and more" }
        probe.do("copy some text\nof two lines 你好")
        try probe.session.waitFor("the clipboard") { $0.clipboard == "some text\nof two lines 你好" }
        probe.do("bell")
        try probe.session.waitFor("the bell") { $0.bells == 1 }
    }

    @Test func copiesMuch() throws {
        let probe = try ProbeSession()
        let text = String(repeating: "much 你好 ", count: 20_000)
        probe.do("copy \(text)")
        probe.do("bell")
        try probe.session.waitFor("the bell") { $0.bells == 1 }
        #expect(probe.session.count(of: "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{7}") == 1)
    }

    @Test(arguments: ["linux", "vt100"])
    func sendsNothingThatWouldShow(type: String) throws {
        let probe = try ProbeSession(type: type)
        probe.do("title tasks")
        probe.do("copy text")
        probe.do("bell")
        try probe.session.waitFor("the bell") { $0.bells == 1 }
        #expect(probe.session.count(of: "\u{1B}]") == 0)
        #expect(probe.session.count(of: "\u{1B}[>") == 0)
    }

    /// Draws random text over itself and compares every cell with the canvas.
    @Test(arguments: [(80, 24, 1 as UInt64), (31, 9, 2), (7, 40, 3)])
    func equalsTheCanvas(columns: Int, rows: Int, seed: UInt64) throws {
        let probe = try ProbeSession(columns: columns, rows: rows, waits: false)
        try probe.session.waitFor("the start") { $0.cell(row: rows - 1, column: 0).text == "[" }
        probe.do("status off")
        probe.do("clear")
        var canvas = Canvas(size: Size(columns: columns, rows: rows))
        var random = SeededRandom(seed: seed)
        let alphabet = ["a", "b", " ", "你", "好", "é", "🙂", "─", "│", "한", "и", "ا", "👩‍💻", "🇩🇪", "☰"]
        for round in 0..<60 {
            let lines = (0..<6).map { _ in
                let row = Int.random(in: 0..<rows, using: &random)
                let column = Int.random(in: -3..<columns, using: &random)
                let colour = Int.random(in: 0..<256, using: &random)
                let count = Int.random(in: 1..<12, using: &random)
                // In the last column libvterm loses a mark that it reads in another piece than its letter.
                let glyphs = column + 4 * count < columns ? alphabet + ["e\u{301}"] : alphabet
                let text = (0..<count).map { _ in glyphs.randomElement(using: &random) ?? "" }.joined()
                canvas.put(
                    text, at: Position(row: row, column: column),
                    style: Style(foreground: .indexed(UInt8(colour)), attributes: .bold))
                return "\(row) \(column) \(colour) - 1 \(text)"
            }
            // The number of the round shows that it is drawn.
            canvas.put("\(round)", at: Position(row: 0, column: 0))
            probe.do("put \(lines.joined(separator: "\n"))\n0 0 - - 0 \(round)")
            probe.do("bell")
            try probe.session.waitFor("round \(round)") { $0.bells == round + 1 }
            try expectSame(probe.screen, canvas, round)
        }
    }

    private func expectSame(_ screen: VTermScreen, _ canvas: Canvas, _ round: Int) throws {
        for row in 0..<canvas.size.rows {
            for column in 0..<canvas.size.columns {
                let wanted = canvas[row, column]
                let found = screen.cell(row: row, column: column)
                guard let glyph = wanted.glyph else {
                    try #require(
                        found.text.isEmpty || found.text == " ", "round \(round) at \(row), \(column)")
                    continue
                }
                let text = Self.drawn(glyph)
                try #require(found.text == text, "round \(round) at \(row), \(column): \(screen.row(row))")
                if case .indexed(let colour) = wanted.style.foreground {
                    try #require(
                        found.foreground == .indexed(Int(colour)), "round \(round) at \(row), \(column)")
                }
            }
        }
    }

    /// What is drawn for a glyph whose width the C library does not know.
    private static func drawn(_ glyph: Character) -> String {
        switch glyph {
        case "\u{1F1E9}": "D"
        case "\u{1F1EA}": "E"
        case "☰": "?"
        default: String(glyph)
        }
    }
}

/// Terminal descriptions that a small system lacks.
enum Descriptions {
    private static let source = """
        test-16color|sixteen colours,
        	colors#16, pairs#256, setaf=\\E[%?%p1%{8}%<%t%p1%{30}%+%e%p1%{82}%+%;%dm,
        	setab=\\E[%?%p1%{8}%<%t%p1%{40}%+%e%p1%{92}%+%;%dm, use=xterm-256color,
        test-direct|24-bit colours,
        	RGB, colors#0x1000000, pairs#0x7FFF,
        	setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
        	setab=\\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
        	use=xterm-256color,
        test-tc|any colour as tmux says it,
        	Tc, use=xterm-256color,
        test-rgb|any colour as others say it,
        	RGB, use=xterm-256color,
        test-noop|no way back to its own colours,
        	op@, AX@, use=xterm,
        """

    /// The variables with which they are found in a folder.
    static func variables(_ folder: TemporaryFolder) -> [String: String] {
        [
            "TERMINFO": folder.path,
            "TERMINFO_DIRS": "/lib/terminfo:/usr/share/terminfo:/etc/terminfo",
        ]
    }

    /// - Returns: the folder to name in `TERMINFO`.
    static func compiled() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let file = try folder.write(source, to: "source")
        let outcome = try Command(
            "/usr/bin/env", ["tic", "-x", "-o", folder.path, file], environment: ["PATH": "/usr/bin:/bin"]
        ).run()
        try #require(outcome.status == 0, "\(outcome.errors)")
        return folder
    }
}
