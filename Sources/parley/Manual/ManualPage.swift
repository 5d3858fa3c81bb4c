import RichText
import Settings

/// A page of the manual.
struct ManualPage: Sendable {
    var name: String
    /// 1 for commands, 5 for files.
    var section: Int
    /// What it is about, in a sentence.
    var about: String
    private let body: @Sendable (inout ManualSource) -> Void

    /// - Parameter body: writes all of it but the heading and the name.
    init(_ name: String, section: Int, about: String, body: @escaping @Sendable (inout ManualSource) -> Void)
    {
        self.name = name
        self.section = section
        self.about = about
        self.body = body
    }

    /// `parley-config(5)`.
    var reference: String { "\(name)(\(section))" }
    /// `parley-config.5`.
    var fileName: String { "\(name).\(section)" }

    /// Its source for man(1).
    var source: String {
        var source = ManualSource(
            name: name, section: section, date: Version.date, program: "Parley \(Version.text)",
            manual: section == 1 ? "Commands of Parley" : "Files of Parley")
        source.name(name, about: about)
        body(&source)
        return source.text
    }

    /// All pages: the program, its subcommands, its files.
    static func all() throws -> [ManualPage] {
        let commands = try CommandDescription.program().all.map { command in
            ManualPage(
                command.words.joined(separator: "-"), section: 1, about: command.abstract ?? "",
                body: { CommandPage(command).write(&$0) })
        }
        return commands + FilePages.all
    }

    /// The page that words name: `send`, `serve keys`, `config.5`, `parley-config(5)`, `5 config`; without any, the program's.
    /// - Throws: ``Failure`` when there is none.
    static func named(_ words: [String], among pages: [ManualPage]) throws -> ManualPage {
        var words = words
        var section = words.first.flatMap(Int.init)
        if section != nil { words.removeFirst() }
        var name = words.joined(separator: "-").lowercased()
        if let match = name.firstMatch(of: /[.(]([0-9])\)?$/) {
            section = Int(match.1)
            name = String(name[..<match.range.lowerBound])
        }
        if name != "parley", !name.hasPrefix("parley-") { name = name.isEmpty ? "parley" : "parley-" + name }
        // A page about a file may be asked for by the name of the file.
        let names = [name, name.replacing(".toml", with: "")]
        if let page = pages.first(where: { names.contains($0.name) && section ?? $0.section == $0.section }) {
            return page
        }
        let nearest = NearestName(known: pages.map(\.name)).to(name).map { "Did you mean “\($0)”? " } ?? ""
        throw Failure(
            message: "The manual has no page “\((section.map { "\($0) " } ?? "") + name)”.",
            detail: nearest + "`parley man --list` lists them.", status: ExitStatus.Status.usage)
    }
}

extension ManualSource {
    /// Appends a section of the README, as a section or as a subsection of the one above.
    /// - Parameters:
    ///   - title: its title in the README.
    ///   - heading: another title for the page; empty for none.
    ///   - omitting: rows of its tables that the page has elsewhere, by their first cell.
    mutating func readme(
        _ title: String, as heading: String? = nil, isSubsection: Bool = false, omitting: Set<String> = []
    ) {
        guard let section = ReadmeSections.titled[title] else { return }
        let heading = heading ?? title
        if !heading.isEmpty { isSubsection ? subsection(heading) : self.section(heading) }
        let rows = omitting.map { "| `\($0)` |" }
        let lines = section.text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            !rows.contains { line.hasPrefix($0) }
        }
        append(markdown: lines.joined(separator: "\n"))
    }

    /// Appends sections of the README, each as a subsection.
    mutating func readme(subsections titles: [String]) {
        for title in titles { readme(title, isSubsection: true) }
    }

    mutating func seeAlso(_ pages: [String]) {
        section("See also")
        paragraph(
            pages.map { "**" + $0.replacing("(", with: "**(", maxReplacements: 1) }.joined(separator: ", "))
    }
}
