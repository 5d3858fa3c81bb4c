/// What each edit does.
extension LineEditor {
    mutating func apply(_ edit: Action.Edit, after run: Run) {
        switch edit {
        case .newline: self.edit(cursor..<cursor, with: "\n")
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(count, cursor + 1)
        case .wordLeft: cursor = wordStart(before: cursor)
        case .wordRight: cursor = wordEnd(after: cursor)
        case .lineStart: cursor = lineStart(before: cursor)
        case .lineEnd: cursor = lineEnd(after: cursor)
        case .textStart: cursor = 0
        case .textEnd: cursor = count
        case .rowUp: moveRows(by: -1)
        case .rowDown: moveRows(by: 1)
        case .deleteLeft: delete(max(0, cursor - 1)..<cursor, after: run)
        case .deleteRight: delete(cursor..<min(count, cursor + 1), after: run)
        case .killWordLeft: kill(wordStart(before: cursor)..<cursor, backwards: true, after: run)
        case .killWordRight: kill(cursor..<wordEnd(after: cursor), backwards: false, after: run)
        case .killToBlank: kill(blankBefore(cursor)..<cursor, backwards: true, after: run)
        case .killToLineStart: killToLineStart(after: run)
        case .killToLineEnd: killToLineEnd(after: run)
        case .clear: kill(0..<count, backwards: false, after: .none)
        case .yank: yank()
        case .yankPop: yankPop(after: run)
        case .transposeCharacters: transposeCharacters()
        case .transposeWords: transposeWords()
        case .upcaseWord: changeWord { $0.uppercased() }
        case .downcaseWord: changeWord { $0.lowercased() }
        case .capitaliseWord: changeWord(Self.capitalised)
        case .undo: undo()
        case .redo: redo()
        }
    }
}
