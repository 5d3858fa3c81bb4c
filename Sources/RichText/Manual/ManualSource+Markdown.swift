extension ManualSource {
    /// Appends Markdown: headings become subsections, tables lists of their first column.
    public mutating func append(markdown: String) {
        let tree = Array(markdown.utf8).withUnsafeBufferPointer { MarkdownTree($0) }
        var blocks = MarkdownBlocks(page: self, tree: tree)
        tree.walk { blocks.visit($0, $1) }
        self = blocks.page
    }

    /// Writes the blocks of a tree, one after the other.
    private struct MarkdownBlocks {
        var page: ManualSource
        let tree: MarkdownTree
        /// The number of the next item of each list around the block; nil in a bulleted one.
        private var lists: [Int?] = []
        /// The mark of the item whose first block is to come.
        private var mark: String?
        /// The cells so far of a row of a table.
        private var cells: [RoffText] = []

        init(page: ManualSource, tree: MarkdownTree) {
            self.page = page
            self.tree = tree
        }

        mutating func visit(_ event: MarkdownTree.Event, _ node: MarkdownNode) {
            switch (event, node.kind) {
            case (.enter, .heading): page.subsection(text(of: node))
            case (.enter, .paragraph), (.enter, .summary): writeParagraph(node)
            case (.enter, .codeBlock), (.enter, .math), (.enter, .htmlBlock): page.example(text(of: node))
            case (.enter, .list): lists.append(node.numbering?.start)
            case (.exit, .list): lists.removeLast()
            case (.enter, .item), (.enter, .taskItem): beginItem()
            case (.enter, .tableCell): cells.append(RoffText(node, of: tree))
            case (.exit, .tableRow): writeRow()
            // What the columns are is said above the table, or by their order.
            case (.exit, .tableHeader): cells = []
            default: break
            }
        }

        private func text(of node: MarkdownNode) -> String {
            String(decoding: tree.text[node.content], as: UTF8.self)
        }

        private mutating func beginItem() {
            guard let number = lists.last else { return }
            mark = number.map { "\($0)." } ?? "\\(bu"
            if let number { lists[lists.count - 1] = number + 1 }
        }

        private mutating func writeParagraph(_ node: MarkdownNode) {
            let flow = RoffText(node, of: tree)
            guard let mark else { return page.paragraph(flow) }
            page.item(mark, indent: mark.hasPrefix("\\") ? 2 : 4, flow)
            self.mark = nil
        }

        private mutating func writeRow() {
            guard let tag = cells.first else { return }
            var rest = cells.dropFirst()
            var meaning = rest.popFirst() ?? RoffText()
            for cell in rest { meaning.append(cell) }
            page.entry(tag, meaning)
            cells = []
        }
    }
}
