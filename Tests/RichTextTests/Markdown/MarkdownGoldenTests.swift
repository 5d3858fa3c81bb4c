import Foundation
import RichText
import Settings
import TestSupport
import Testing

/// Documents and how they look: text and styles.
@Suite(.timeLimit(.scaled(minutes: 5))) struct MarkdownGoldenTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")

    @Test(
        "A document looks as recorded",
        arguments: ["everything", "reply", "lists", "tables", "hostile", "notes"],
        [80, 40, 20])
    func document(name: String, width: Int) throws {
        let source = try String(contentsOf: Self.folder.appending(path: "\(name).md"), encoding: .utf8)
        var whole = MarkdownLayout(MarkdownForm(width: width, languages: .builtIn))
        whole.append(source)
        whole.finish()
        let difference = Golden.difference(
            Self.drawn(whole), name: "\(name)@\(width)", folder: "../Golden")
        #expect(difference == nil, "\(difference ?? "")")

        var streamed = MarkdownLayout(MarkdownForm(width: width, languages: .builtIn))
        for chunk in source.unicodeScalars { streamed.append(String(Character(chunk))) }
        streamed.finish()
        #expect(Self.drawn(streamed) == Self.drawn(whole))
    }

    @Test(
        "A terminal without attributes shows the marks",
        arguments: [("bare", []), ("vt100", [.bold, .underline, .reverse])] as [(String, Attributes)])
    func marks(name: String, attributes: Attributes) throws {
        let source = try String(contentsOf: Self.folder.appending(path: "notes.md"), encoding: .utf8)
        let form = MarkdownForm(width: 60, marks: SyntaxMarks(attributes: attributes), languages: .builtIn)
        let difference = Golden.difference(
            Self.drawn(MarkdownLayout(form, finished: source)), name: "notes-\(name)", folder: "../Golden")
        #expect(difference == nil, "\(difference ?? "")")
    }

    static func drawn(_ layout: MarkdownLayout) -> Canvas {
        var canvas = Canvas(size: Size(columns: layout.form.width, rows: layout.lineCount))
        for row in 0..<layout.lineCount {
            canvas.put(layout[row], at: Position(row: row, column: 0), width: layout.form.width) {
                RoleStyles.all[$0] ?? .plain
            }
        }
        return canvas
    }
}
