import Foundation
import RichText
import Settings
import TestSupport
import Testing

@testable import RichText

/// Every section of the CommonMark specification and of GitHub's extensions: nothing is lost, however it arrives.
@Suite(.ownThread) struct MarkdownExamplesTests {
    private static func layout(_ text: String, width: Int = 60) -> MarkdownLayout {
        MarkdownLayout(MarkdownForm(width: width, languages: .builtIn), finished: text)
    }

    @Test func everySectionIsCovered() {
        let sources = MarkdownExamples.sections.flatMap(\.sources)
        #expect(sources.count >= 300)
        #expect(Set(sources).count == sources.count)
        #expect(MarkdownExamples.sections.allSatisfy { $0.sources.count >= 7 })
    }

    /// The words that a reader should see: entities are shown as what they stand for, and `<br>` as a line end.
    private static func words(_ source: String) -> [String] {
        source.replacing(/&#?[A-Za-z0-9]+;?/, with: " ").replacing(
            /<\/?(br|b|i|em|strong|del|kbd|details|summary)\/?>/, with: " "
        )
        .split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() }
        .filter { !$0.hasPrefix("hid") && !$0.hasPrefix("lnk") }
    }

    /// Sections with labels, addresses, names and marks that are not shown, besides those that are marked in the sources.
    private static let hiding: Set = [
        "backslash escapes", "entities", "reference definitions", "list items", "links", "images",
        "task lists",
    ]

    @Test(
        "Every word is on the screen, and every address can be opened",
        arguments: MarkdownExamples.sections.filter { !hiding.contains($0.name) })
    func words(section: MarkdownExamples.Section) {
        for source in section.sources {
            let layout = Self.layout(source, width: 1000)
            let shown = (0..<layout.lineCount).map { layout[$0].text }.joined(separator: "\n").lowercased()
            var rest = shown[...]
            for word in Self.words(source) {
                let place = rest.range(of: word)
                #expect(place != nil, "“\(word)” of \(source.debugDescription) in \(shown.debugDescription)")
                if let place { rest = rest[place.upperBound...] }
            }
            #expect(!shown.contains("hid"), "\(source.debugDescription): \(shown.debugDescription)")
            let opened = layout.links.map(\.address).joined(separator: " ").lowercased() + " " + shown
            for word in source.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
            where word.lowercased().hasPrefix("lnk") {
                #expect(
                    opened.contains(word.lowercased()), "\(word) of \(source.debugDescription) in \(opened)")
            }
        }
    }

    @Test("Where a text is cut makes no difference", arguments: MarkdownExamples.sections)
    func cuts(section: MarkdownExamples.Section) {
        for source in section.sources {
            let scalars = Array(source.unicodeScalars)
            let whole = MarkdownStreamTests.Shown(Self.layout(source))
            for cut in scalars.indices {
                var split = MarkdownLayout(MarkdownForm(width: 60, languages: .builtIn))
                split.append(String(String.UnicodeScalarView(scalars[..<cut])))
                split.append(String(String.UnicodeScalarView(scalars[cut...])))
                split.finish()
                #expect(MarkdownStreamTests.Shown(split) == whole, "\(source.debugDescription) cut at \(cut)")
            }
            let narrow = MarkdownStreamTests.Shown(Self.layout(source, width: 7))
            var single = MarkdownLayout(MarkdownForm(width: 7, languages: .builtIn))
            for scalar in scalars { single.append(String(Character(scalar))) }
            single.finish()
            #expect(
                MarkdownStreamTests.Shown(single) == narrow, "\(source.debugDescription) in single characters"
            )
        }
    }

    @Test(
        "The work is proportional to the length, also of the same over and over",
        arguments: MarkdownExamples.sections)
    func proportional(section: MarkdownExamples.Section) {
        for source in section.sources {
            for joint in ["", "\n\n"] {
                let counts = [600, 2400].map { size -> Int in
                    let piece = source + joint
                    let layout = Self.layout(
                        String(repeating: piece, count: max(1, size / piece.utf8.count)), width: 80)
                    return (0..<layout.lineCount).reduce(0) { $0 + layout[$1].spans.count }
                        + layout.stream.work
                }
                #expect(counts[1] < 8 * counts[0], "\(source.debugDescription)")
            }
        }
    }

    @Test("They look as recorded", arguments: MarkdownExamples.sections)
    func looks(section: MarkdownExamples.Section) {
        let layouts = section.sources.map { Self.layout($0) }
        let height = layouts.reduce(0) { $0 + $1.lineCount + 2 }
        var canvas = Canvas(size: Size(columns: 160, rows: height))
        var row = 0
        for (source, layout) in zip(section.sources, layouts) {
            let title = StyledLine([Span(source.debugDescription, .muted)])
            canvas.put(title, at: Position(row: row, column: 0), width: 160) { RoleStyles.all[$0] ?? .plain }
            for line in 0..<layout.lineCount {
                canvas.put(layout[line], at: Position(row: row + 1 + line, column: 2), width: 60) {
                    RoleStyles.all[$0] ?? .plain
                }
            }
            row += layout.lineCount + 2
        }
        let name = section.name.lowercased().replacing(" ", with: "-")
        let difference = Golden.difference(canvas, name: name, folder: "../Golden/Examples")
        #expect(difference == nil, "\(difference ?? "")")
    }
}
