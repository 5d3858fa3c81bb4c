/// The rows laid out so far, with their links and code blocks.
struct RenderedPage: Sendable {
    var lines: [StyledLine] = []
    var links: [Link] = []
    var codeBlocks: [CodeBlock] = []
    var details: [DetailsMark] = []

    /// A position in a page.
    struct Mark: Hashable, Sendable {
        var lines = 0
        var links = 0
        var codeBlocks = 0
        var details = 0
    }

    var end: Mark {
        Mark(
            lines: lines.count, links: links.count, codeBlocks: codeBlocks.count, details: details.count)
    }

    /// Removes everything after `mark`.
    mutating func cut(to mark: Mark) {
        lines.removeSubrange(mark.lines...)
        links.removeSubrange(mark.links...)
        codeBlocks.removeSubrange(mark.codeBlocks...)
        details.removeSubrange(mark.details...)
    }
}
