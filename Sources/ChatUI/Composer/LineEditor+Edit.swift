extension LineEditor {
    /// What can be done to the text and the cursor beside typing. The raw values are the names of these actions.
    public enum Edit: String, CaseIterable, Hashable, Sendable {
        case newline

        case left, right
        case wordLeft = "word-left"
        case wordRight = "word-right"
        case lineStart = "line-start"
        case lineEnd = "line-end"
        case textStart = "text-start"
        case textEnd = "text-end"
        case rowUp = "row-up"
        case rowDown = "row-down"

        case deleteLeft = "delete-left"
        case deleteRight = "delete-right"
        case killWordLeft = "kill-word-left"
        case killWordRight = "kill-word-right"
        case killToBlank = "kill-to-blank"
        case killToLineStart = "kill-to-line-start"
        case killToLineEnd = "kill-to-line-end"
        case clear
        case yank
        case yankPop = "yank-pop"

        case transposeCharacters = "transpose-characters"
        case transposeWords = "transpose-words"
        case upcaseWord = "upcase-word"
        case downcaseWord = "downcase-word"
        case capitaliseWord = "capitalise-word"

        case undo, redo

        /// What it does, in words for the help.
        public var summary: String {
            switch self {
            case .newline: "Begin a new line"
            case .left: "Move left by a character"
            case .right: "Move right by a character"
            case .wordLeft: "Move to the start of the word"
            case .wordRight: "Move to the end of the word"
            case .lineStart: "Move to the start of the line"
            case .lineEnd: "Move to the end of the line"
            case .textStart: "Move to the start of the text"
            case .textEnd: "Move to the end of the text"
            case .rowUp: "Move up by a row of the screen"
            case .rowDown: "Move down by a row of the screen"
            case .deleteLeft: "Delete the character before the cursor"
            case .deleteRight: "Delete the character at the cursor"
            case .killWordLeft: "Cut back to the start of the word"
            case .killWordRight: "Cut up to the end of the word"
            case .killToBlank: "Cut back to the blank before the cursor"
            case .killToLineStart: "Cut back to the start of the line"
            case .killToLineEnd: "Cut up to the end of the line"
            case .clear: "Cut the whole text"
            case .yank: "Put in what was cut last"
            case .yankPop: "Put in what was cut before that instead"
            case .transposeCharacters: "Exchange the characters beside the cursor"
            case .transposeWords: "Exchange the words beside the cursor"
            case .upcaseWord: "Make the word upper case"
            case .downcaseWord: "Make the word lower case"
            case .capitaliseWord: "Capitalise the word"
            case .undo: "Undo the last change"
            case .redo: "Redo what was undone"
            }
        }

        var isVertical: Bool { self == .rowUp || self == .rowDown }
    }

    mutating func apply(_ edit: Edit, after run: Run) {
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
