/// Splits Markdown into blocks that can stand alone: paragraphs, lists, tables, code.
enum MarkdownBlocks {
    static func blocks(of text: String) -> [String] {
        var blocks: [String] = []
        var lines: [Substring] = []
        var isInCode = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isFence = line.trimmed.hasPrefix("```") || line.trimmed.hasPrefix("~~~")
            if isFence { isInCode.toggle() }
            let isBlank = line.allSatisfy(\.isWhitespace)
            if isBlank, !isInCode {
                close(&lines, into: &blocks)
            } else {
                lines.append(line)
            }
        }
        close(&lines, into: &blocks)
        return blocks
    }

    private static func close(_ lines: inout [Substring], into blocks: inout [String]) {
        if !lines.isEmpty { blocks.append(lines.joined(separator: "\n")) }
        lines = []
    }

    /// A long table, shortened to the rows that mention most of what was asked. Anything else stays as it is, and so does a table
    /// without such rows.
    static func relevant(_ block: String, to concepts: [Concept]) -> String {
        let lines = block.split(separator: "\n")
        guard lines.count > 7, lines.allSatisfy({ $0.trimmed.hasPrefix("|") }), lines[1].contains("--") else {
            return block
        }
        let rows = lines.dropFirst(2)
        let best = rows.map { row in concepts.filter { $0.occurs(in: row) }.count }.max() ?? 0
        guard best > 0 else { return block }
        let matching = rows.filter { row in concepts.filter { $0.occurs(in: row) }.count == best }
        guard matching.count * 2 <= rows.count else { return block }
        return (lines.prefix(2) + matching).joined(separator: "\n")
    }
}
