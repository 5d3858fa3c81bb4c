import DequeModule

/// The changes of a text, for undo and redo.
struct ChangeHistory: Sendable {
    /// What one undo reverts.
    struct Step: Sendable {
        /// In the order they were made.
        var changes: [TextBuffer.Change]
        var cursorBefore: Int
        var cursorAfter: Int

        var bytes: Int { changes.reduce(0) { $0 + $1.removed.utf8.count + $1.inserted.utf8.count } }
    }

    /// Beyond this the oldest steps are dropped, so that pasting megabytes repeatedly does not fill the memory.
    private static let byteLimit = 32 << 20

    private var done: Deque<Step> = []
    private var undone: [Step] = []
    private var bytes = 0

    /// Records a change.
    /// - Parameter joins: whether it belongs to the previous step.
    mutating func record(
        _ change: TextBuffer.Change, cursorBefore: Int, cursorAfter: Int, joining joins: Bool
    ) {
        undone = []
        if joins, let last = done.indices.last {
            done[last].changes.append(change)
            done[last].cursorAfter = cursorAfter
        } else {
            done.append(Step(changes: [change], cursorBefore: cursorBefore, cursorAfter: cursorAfter))
        }
        bytes += change.removed.utf8.count + change.inserted.utf8.count
        while bytes > Self.byteLimit, done.count > 1 { bytes -= done.removeFirst().bytes }
    }

    /// The step to undo: revert its changes, the last one first.
    mutating func undo() -> Step? {
        guard let step = done.popLast() else { return nil }
        undone.append(step)
        bytes -= step.bytes
        return step
    }

    /// The step to redo.
    mutating func redo() -> Step? {
        guard let step = undone.popLast() else { return nil }
        done.append(step)
        bytes += step.bytes
        return step
    }
}

extension LineEditor {
    mutating func undo() {
        guard let step = changes.undo() else { return }
        for change in step.changes.reversed() { remake(change.inverse) }
        cursor = step.cursorBefore
    }

    mutating func redo() {
        guard let step = changes.redo() else { return }
        for change in step.changes { remake(change) }
        cursor = step.cursorAfter
    }
}
