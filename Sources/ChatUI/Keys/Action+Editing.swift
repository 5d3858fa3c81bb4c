/// The readline set: the actions of the line editor and their keys.
extension Action {
    /// What can be done to a text and its cursor other than typing. The raw values are the names of these actions.
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

        /// What it does, for the help.
        var summary: String {
            switch self {
            case .newline: "Insert a line break"
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
            case .killToBlank: "Cut back to the space before the cursor"
            case .killToLineStart: "Cut back to the start of the line"
            case .killToLineEnd: "Cut up to the end of the line"
            case .clear: "Cut the whole text"
            case .yank: "Insert what was cut last"
            case .yankPop: "Replace what was just inserted by what was cut before it"
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

    static let editing: [Entry] = Edit.allCases.filter { $0 != .newline }.map { edit in
        Entry(
            action: .edit(edit), name: edit.rawValue, group: .editing, summary: edit.summary, context: .input,
            keys: keys(of: edit).map { (.input, $0) })
    }

    private static func keys(of edit: Edit) -> [String] {
        switch edit {
        case .newline: []
        case .left: ["left", "ctrl-b"]
        case .right: ["right", "ctrl-f"]
        case .wordLeft: ["ctrl-left", "alt-left", "alt-b"]
        case .wordRight: ["ctrl-right", "alt-right", "alt-f"]
        case .lineStart: ["home", "ctrl-a"]
        case .lineEnd: ["end", "ctrl-e"]
        case .textStart: ["alt-<"]
        case .textEnd: ["alt->"]
        case .rowUp: ["up"]
        case .rowDown: ["down"]
        case .deleteLeft: ["backspace", "ctrl-h", "shift-backspace"]
        case .deleteRight: ["delete", "ctrl-d"]
        case .killWordLeft: ["alt-backspace", "ctrl-backspace"]
        case .killWordRight: ["alt-d", "ctrl-delete"]
        case .killToBlank: ["ctrl-w"]
        case .killToLineStart: ["ctrl-u"]
        case .killToLineEnd: ["ctrl-k"]
        case .clear: ["alt-k"]
        case .yank: ["ctrl-y"]
        case .yankPop: ["alt-y"]
        case .transposeCharacters: ["ctrl-t"]
        case .transposeWords: ["alt-t"]
        case .upcaseWord: ["alt-u"]
        case .downcaseWord: ["alt-l"]
        case .capitaliseWord: ["alt-c"]
        case .undo: ["ctrl-_", "ctrl-/"]
        case .redo: ["alt-_"]
        }
    }
}
