/// The text that a person writes, of one line or many, with a cursor: everything that readline does to a line, as
/// operations on a value.
///
/// The cursor and every place in the text are counted in characters as a person sees them (grapheme clusters). What a key
/// costs does not grow with the length of the text, but for a pass over the lengths of its rows and laying out what shifts in
/// the paragraph at the cursor.
struct LineEditor: Sendable {
    private(set) var buffer = TextBuffer()
    /// Where the cursor is, in characters from the start.
    var cursor = 0
    /// Changes whenever the text does, so that whoever keeps a copy need not compare texts.
    private(set) var revision = 0
    /// What was killed in this and earlier texts. It can be handed on to another editor.
    var killRing = KillRing()

    var changes = ChangeHistory()
    /// What the operation before this one was, where that matters to this one.
    var run = Run.none
    /// The column that moving by rows tries to keep.
    var goalColumn: Int?
    /// The rows at the size that ``fit(width:maxRows:)`` told.
    var rows: EditorRows
    var maxRows = 1
    /// The first row that is shown.
    var firstRow = 0

    enum Run: Equatable {
        case none, typing, deleting, killing
        /// This text was yanked just now and can be exchanged for an older one.
        case yanking
    }

    init(_ text: String = "") {
        rows = EditorRows(TextBuffer(), width: 80)
        setText(text)
    }

    var text: String { buffer.text }
    /// In characters.
    var count: Int { buffer.count }
    var isEmpty: Bool { buffer.isEmpty }

    /// A part of the text.
    subscript(range: Range<Int>) -> String { buffer[range.clamped(to: 0..<count)] }

    /// Begins with another text: nothing of the one before can be undone to.
    /// - Parameter cursor: nil puts it at the end.
    mutating func setText(_ text: String, cursor: Int? = nil) {
        buffer = TextBuffer(text)
        rows = EditorRows(buffer, width: rows.width)
        self.cursor = min(max(0, cursor ?? buffer.count), buffer.count)
        changes = ChangeHistory()
        revision += 1
        endRun()
        scrollToCursor()
    }

    /// Puts text in at the cursor. Characters typed one after the other are one step of undo for each word; more at once (a
    /// paste) is a step of its own.
    mutating func insert(_ text: String) {
        let isTyped = text.count == 1
        let startsWord = cursor > 0 && isBlank(buffer[cursor - 1]) && !text.allSatisfy(isBlank)
        let joins = isTyped && run == .typing && !startsWord
        edit(cursor..<cursor, with: text, joining: joins)
        run = isTyped ? .typing : .none
    }

    /// Puts text in the place of other text, in one step of undo; the cursor goes to its end.
    mutating func replace(_ range: Range<Int>, with text: String) {
        edit(range.clamped(to: 0..<count), with: text)
    }

    /// Does one thing to the text or the cursor.
    /// - Returns: whether there was anything to do: `rowUp` in the first row, say, does nothing.
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

    /// Everything that changes the text comes through here.
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

    /// Makes a change that the history of changes gave.
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
