/// The part of the manual under one heading.
public struct ManualSection: Hashable, Sendable {
    public var title: String
    /// The headings above this one, outermost first.
    public var path: [String]
    /// Markdown without the heading.
    public var text: String
    /// Further words by which people ask for it.
    public var keywords: String
    public var kind: Kind

    public enum Kind: Hashable, Sendable {
        case section
        /// What one word means, or what there is not.
        case topic
        case action, command
    }

    public init(
        title: String, text: String, path: [String] = [], keywords: String = "", kind: Kind = .section
    ) {
        self.title = title
        self.path = path
        self.text = text
        self.keywords = keywords
        self.kind = kind
    }
}

extension ManualSection {
    /// The sections of the README, which is compiled in.
    public static var readme: [ManualSection] {
        sections(ofMarkdown: String(decoding: PackageResources.README_md, as: UTF8.self))
    }

    /// Splits Markdown at its headings (`#` … `######`, not inside a code block). Text before the first one is left out. The lines of a
    /// paragraph become one: where the manual was wrapped means nothing on another screen.
    static func sections(ofMarkdown markdown: String) -> [ManualSection] {
        var splitter = Splitter()
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) { splitter.add(line) }
        return splitter.finish()
    }

    private struct Splitter {
        private var sections: [(level: Int, section: ManualSection)] = []
        private var fence: Substring?
        private var isInParagraph = false

        mutating func add(_ line: Substring) {
            trackFence(line)
            if fence == nil, let (level, title) = Self.heading(line) {
                let above = path(to: level)
                isInParagraph = false
                sections.append((level, ManualSection(title: title, text: "", path: above)))
            } else if !sections.isEmpty {
                append(line)
            }
        }

        private mutating func append(_ line: Substring) {
            let continues = fence == nil && isInParagraph && Self.isPlain(line)
            isInParagraph = fence == nil && (continues || Self.beginsParagraph(line))
            if continues { sections[sections.count - 1].section.text.removeLast() }
            sections[sections.count - 1].section.text += continues ? " \(line.trimmed)\n" : line + "\n"
        }

        /// Whether a line can only go on with what is above it.
        private static func isPlain(_ line: Substring) -> Bool {
            let text = line.drop { $0 == " " }
            guard let first = text.first, line.count - text.count < 4, !"|#>".contains(first) else {
                return false
            }
            return !text.hasPrefix("```") && !text.hasPrefix("~~~") && !isItem(text)
        }

        private static func beginsParagraph(_ line: Substring) -> Bool {
            let text = line.drop { $0 == " " }
            return isItem(text) || isPlain(line)
        }

        private static func isItem(_ text: Substring) -> Bool {
            let marker = text.prefix { $0 != " " }
            return ["-", "*", "+"].contains(marker)
                || marker.count > 1 && marker.last == "." && marker.dropLast().allSatisfy(\.isNumber)
        }

        /// A section without a text of its own lists the sections below it.
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

        /// The headings above a heading of this level.
        private func path(to level: Int) -> [String] {
            guard let parent = sections.last(where: { $0.level < level }) else { return [] }
            return parent.section.path + [parent.section.title]
        }

        /// Tracks code blocks: a line inside one is no heading.
        private mutating func trackFence(_ line: Substring) {
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
