/// Deleting, cutting into the kill ring, and inserting from it.
extension LineEditor {
    /// Deletes without keeping the text. Consecutive deletions are one step of undo.
    mutating func delete(_ range: Range<Int>, after run: Run) {
        guard !range.isEmpty else { return }
        edit(range, with: "", joining: run == .deleting)
        self.run = .deleting
    }

    /// Cuts. Consecutive cuts are yanked as one.
    mutating func kill(_ range: Range<Int>, backwards: Bool, after run: Run) {
        guard !range.isEmpty else {
            self.run = run == .killing ? .killing : .none
            return
        }
        let killed = buffer[range]
        if run == .killing {
            killRing.extend(with: killed, backwards: backwards)
        } else {
            killRing.push(killed)
        }
        edit(range, with: "")
        self.run = .killing
    }

    /// At the start of a line it cuts the line end before it.
    mutating func killToLineStart(after run: Run) {
        let start = lineStart(before: cursor)
        kill((start == cursor ? max(0, start - 1) : start)..<cursor, backwards: true, after: run)
    }

    /// At the end of a line it cuts the line end.
    mutating func killToLineEnd(after run: Run) {
        let end = lineEnd(after: cursor)
        kill(cursor..<(end == cursor ? min(count, end + 1) : end), backwards: false, after: run)
    }

    mutating func yank() {
        guard let killed = killRing.newest() else { return }
        edit(cursor..<cursor, with: killed)
        run = .yanking
    }

    /// Replaces the yanked text by the one cut before it.
    mutating func yankPop(after run: Run) {
        guard run == .yanking, let killed = killRing.older() else { return }
        undo()
        edit(cursor..<cursor, with: killed)
        self.run = .yanking
    }
}
