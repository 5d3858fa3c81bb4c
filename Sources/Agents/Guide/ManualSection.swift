/// A part of the manual under one heading.
public struct ManualSection: Hashable, Sendable {
    public var title: String
    /// The headings above this one, outermost first.
    public var path: [String]
    /// Markdown without the heading.
    public var text: String

    public init(title: String, text: String, path: [String] = []) {
        self.title = title
        self.path = path
        self.text = text
    }
}

extension ManualSection {
    /// Cuts Markdown at its headings (`#` … `######`, not inside a code block). What stands before the first one is left out.
    public static func sections(ofMarkdown markdown: String) -> [ManualSection] {
        var cutter = Cutter()
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) { cutter.take(line) }
        return cutter.finish()
    }

    private struct Cutter {
        private var sections: [(level: Int, section: ManualSection)] = []
        private var fence: Substring?

        mutating func take(_ line: Substring) {
            follow(line)
            if fence == nil, let (level, title) = Self.heading(line) {
                let above = path(to: level)
                sections.append((level, ManualSection(title: title, text: "", path: above)))
            } else if !sections.isEmpty {
                sections[sections.count - 1].section.text += line + "\n"
            }
        }

        /// A section that only has sections below it says which.
        func finish() -> [ManualSection] {
            sections.map(\.section).map { section in
                var section = section
                section.text = section.text.trimmed
                if section.text.isEmpty { section.text = contents(of: section) }
                return section
            }
        }

        private func contents(of section: ManualSection) -> String {
            let below = sections.map(\.section).filter { $0.path == section.path + [section.title] }
            return below.map { "- \($0.title)" }.joined(separator: "\n")
        }

        /// The headings that a heading of this level stands under.
        private func path(to level: Int) -> [String] {
            guard let parent = sections.last(where: { $0.level < level }) else { return [] }
            return parent.section.path + [parent.section.title]
        }

        /// Keeps track of code blocks: their fence is not Markdown's business, nor is what is inside.
        private mutating func follow(_ line: Substring) {
            let trimmed = line.drop { $0 == " " }
            guard let mark = ["```", "~~~"].first(where: { trimmed.hasPrefix($0) }) else { return }
            if fence == nil {
                fence = mark[...]
            } else if fence == mark[...] {
                fence = nil
            }
        }

        private static func heading(_ line: Substring) -> (level: Int, title: String)? {
            let level = line.prefix { $0 == "#" }.count
            guard (1...6).contains(level), line.dropFirst(level).first == " " else { return nil }
            let title = String(line.dropFirst(level + 1)).trimmed
            return title.isEmpty ? nil : (level, title)
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        let end = start.reversed().drop(while: \.isWhitespace)
        return String(end.reversed())
    }
}
