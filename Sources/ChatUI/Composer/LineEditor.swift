/// A text of one or many lines with a cursor, and what readline does to a line as operations on it.
///
/// Places are counted in characters as a person sees them (grapheme clusters). The cost of a key does not grow with the
/// length of the text, apart from a pass over its row lengths and laying out what shifts in the paragraph of the
/// cursor.
struct LineEditor: Sendable {
    private(set) var buffer = TextBuffer()
    /// In characters from the start.
    var cursor = 0
    /// Changes whenever the text does, so that two states compare without comparing texts.
    private(set) var revision = 0
    /// What was cut in this and earlier texts; can be passed on to another editor.
    var killRing = KillRing()

    var changes = ChangeHistory()
    /// The kind of the previous operation, where it matters to the next.
    var run = Run.none
    /// The column that moving by rows tries to keep.
    var goalColumn: Int?
    /// The rows at the size given to ``fit(width:maxRows:)``.
    var rows: EditorRows
    var maxRows = 1
    /// The first visible row.
    var firstRow = 0

    enum Run: Equatable {
        case none, typing, deleting, killing
        /// A text was just yanked and can be replaced by an older one.
        case yanking
    }

    init(_ text: String = "") {
        rows = EditorRows(TextBuffer(), width: 80)
        setText(text)
    }

    /// The whole text, with what is folded in it.
    var text: String { buffer.text }
    /// In characters.
    var count: Int { buffer.count }
    var isEmpty: Bool { buffer.isEmpty }

    /// A part of the text.
    subscript(range: Range<Int>) -> String { buffer[range.clamped(to: 0..<count)] }

    /// Starts over with another text; undo does not go back beyond it.
    /// - Parameter cursor: nil puts it at the end.
    mutating func setText(_ text: String, cursor: Int? = nil) {
        let folds = buffer.folds
        buffer = TextBuffer(folds.folded(TextBuffer.normalised(text)))
        buffer.folds = folds
        rows = EditorRows(buffer, width: rows.width)
        self.cursor = cursor.map(place(ofWhole:)) ?? buffer.count
        changes = ChangeHistory()
        revision += 1
        endRun()
        scrollToCursor()
    }

    /// Inserts text at the cursor. Characters typed one by one are one step of undo per word; more at once (a paste) is
    /// a step of its own.
    mutating func insert(_ text: String) {
        let isTyped = text.count == 1
        let startsWord = cursor > 0 && isBlank(buffer[cursor - 1]) && !text.allSatisfy(isBlank)
        let joins = isTyped && run == .typing && !startsWord
        edit(cursor..<cursor, with: text, joining: joins)
        run = isTyped ? .typing : .none
    }

    /// Replaces a range in one step of undo; the cursor goes to the end of the new text.
    mutating func replace(_ range: Range<Int>, with text: String) {
        edit(range.clamped(to: 0..<count), with: text)
    }

    /// Applies an edit to the text or the cursor.
    /// - Returns: whether anything changed: `rowUp` in the first row, for example, changes nothing.
    @discardableResult
    mutating func perform(_ edit: Action.Edit) -> Bool {
        if !edit.isVertical { goalColumn = nil }
        let cursorBefore = cursor
        let revisionBefore = revision
        let runBefore = run
        run = .none
        apply(edit, after: runBefore)
        scrollToCursor()
        return cursor != cursorBefore || revision != revisionBefore
    }

    /// Every change of the text goes through here.
    mutating func edit(_ range: Range<Int>, with text: String, joining joins: Bool = false) {
        endRun()
        let cursorBefore = cursor
        let (change, end) = buffer.replace(range, with: text)
        cursor = end
        if let change {
            rows.update(change, in: buffer)
            revision += 1
            changes.record(change, cursorBefore: cursorBefore, cursorAfter: end, joining: joins)
        }
        scrollToCursor()
    }

    /// Changes what characters may stand for.
    mutating func changeFolds<Result>(_ change: (inout FoldedTexts) -> Result) -> Result {
        change(&buffer.folds)
    }

    /// Applies a change from the undo history.
    mutating func remake(_ change: TextBuffer.Change) {
        buffer.apply(change)
        rows.update(change, in: buffer)
        revision += 1
    }

    private mutating func endRun() {
        run = .none
        goalColumn = nil
    }
}
