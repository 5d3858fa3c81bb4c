/// The readline set: the actions of the line editor and their keys.
extension Action {
    static let editing: [Entry] = LineEditor.Edit.allCases.filter { $0 != .newline }.map { edit in
        Entry(
            action: .edit(edit), name: edit.rawValue, group: .editing, summary: edit.summary, context: .input,
            keys: keys(of: edit).map { (.input, $0) })
    }

    /// Alt-B toggles the background, so words are walked with the arrows.
    private static func keys(of edit: LineEditor.Edit) -> [String] {
        switch edit {
        case .newline: []
        case .left: ["left", "ctrl-b"]
        case .right: ["right", "ctrl-f"]
        case .wordLeft: ["ctrl-left", "alt-left"]
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
