import RichText
import SessionCore

/// The input: the draft being written, the history of what was sent, the search through it, and slash commands. Knows no
/// tasks: the model opens a task's draft in it and saves what comes back.
struct Composer: Sendable {
    private(set) var editor = LineEditor()
    private(set) var history: InputHistory
    private(set) var historySearch: HistorySearch?
    /// Whether the draft changed since it was last saved.
    private(set) var hasUnsavedDraft = false
    /// What the text can become, while it is the start of a command.
    private(set) var menu: CompletionMenu?
    /// Whether the text was changed by typing, and the menu does not follow it yet. A text that was recalled has no menu: Up and
    /// Down go on through the history.
    private var hasTyped = false
    /// The rows to draw, settled by ``layout(prompt:size:)``.
    private(set) var visible: VisibleText

    /// - Parameter sent: earlier messages, oldest first.
    init(sent: [String] = []) {
        history = InputHistory(sent)
        visible = LineEditor().layout(width: 1, maxRows: 1)
    }

    var isEmpty: Bool { editor.isEmpty }
    var draft: Draft { Draft(text: editor.text, cursor: editor.wholeCursor) }

    /// The prompt shows how the next message of the task is sent.
    static func prompt(for task: ChatTask?) -> String { task?.mode == .background ? "bg> " : "> " }

    // MARK: Drafts

    /// Opens the draft of another task.
    mutating func open(_ draft: Draft) {
        let (killRing, folds) = (editor.killRing, editor.folds)
        editor = LineEditor()
        editor.killRing = killRing
        editor.folds = folds
        editor.setText(draft.text, cursor: draft.cursor)
        history.stopWalking()
        hasUnsavedDraft = false
        closeMenu()
    }

    /// Puts a text that was not sent after all in front of what is being written, in one step of undo.
    mutating func returnToDraft(_ text: String) {
        let cursor = editor.cursor
        let returned = editor.folds.folded(TextBuffer.normalised(editor.isEmpty ? text : text + "\n"))
        editor.replace(0..<0, with: returned)
        editor.cursor = editor.cursor + cursor
        history.stopWalking()
        hasUnsavedDraft = true
    }

    /// Replaces the text in one step of undo, as an external editor does.
    mutating func replaceText(with text: String) {
        editor.replace(0..<editor.count, with: editor.folds.folded(TextBuffer.normalised(text)))
        hasUnsavedDraft = true
    }

    /// - Returns: the draft to save; nil when it has not changed.
    mutating func unsavedDraft() -> Draft? {
        guard hasUnsavedDraft else { return nil }
        hasUnsavedDraft = false
        return draft
    }

    /// Empties the input; Up brings back `text`.
    mutating func clear(remembering text: String) {
        history.append(text)
        editor.setText("")
        hasUnsavedDraft = false
        closeMenu()
    }

    // MARK: Writing

    mutating func insert(_ text: String) {
        editor.insert(FoldedTexts.withoutMarks(text))
        hasUnsavedDraft = true
        hasTyped = true
    }

    /// Inserts a text from elsewhere at once. A long one is shown as one character that says what it is.
    mutating func insert(_ text: String, called name: String) {
        guard FoldedTexts.isLong(text) else { return insert(text) }
        editor.insertFolded(text, name: name)
        hasUnsavedDraft = true
        hasTyped = true
    }

    mutating func perform(_ action: Action) -> [Effect] {
        switch action {
        case .edit(let edit): perform(edit)
        case .complete: return complete()
        case .historySearch: historySearch = HistorySearch(history)
        case .openEditor: return [.openEditor(editor.text)]
        case .toggleFold: return toggleFold()
        default: break
        }
        return []
    }

    private mutating func perform(_ edit: Action.Edit) {
        if moveInMenu(edit) { return }
        if edit.isVertical, walkHistory(edit) { return }
        let before = editor.revision
        editor.perform(edit)
        guard editor.revision != before else {
            // The word that a file was named in is left.
            if menu?.place != nil { closeMenu() }
            return
        }
        hasUnsavedDraft = true
        hasTyped = true
    }

    /// The arrows and Alt-<, Alt-> move through the menu while it is open.
    private mutating func moveInMenu(_ edit: Action.Edit) -> Bool {
        guard menu != nil else { return false }
        switch edit {
        case .rowUp: menu?.move { $0.select(-1) }
        case .rowDown: menu?.move { $0.select(1) }
        case .textStart: menu?.move { $0.selectEnd(first: true) }
        case .textEnd: menu?.move { $0.selectEnd(first: false) }
        default: return false
        }
        return true
    }

    /// Up in the first row and Down in the last walk through the history.
    private mutating func walkHistory(_ edit: Action.Edit) -> Bool {
        if edit == .rowUp, editor.isInFirstRow, let text = history.older(than: editor.text) {
            editor.setText(text)
        } else if edit == .rowDown, editor.isInLastRow, let text = history.newer(than: editor.text) {
            editor.setText(text)
        } else {
            return false
        }
        hasUnsavedDraft = true
        closeMenu()
        return true
    }

    private mutating func complete() -> [Effect] {
        guard let menu else { return [] }
        if let place = menu.place { return complete(menu, at: place) }
        let completed = menu.completed(editor.text)
        guard completed != editor.text else { return [] }
        replaceText(with: completed)
        hasTyped = true
        return []
    }

    /// Completes the name of a file within the message. One that is selected, or the only one, is attached.
    private mutating func complete(_ menu: CompletionMenu, at place: Range<Int>) -> [Effect] {
        // What begins so is meant rather than what only has the letters in it.
        let begun = menu.entries.filter { $0.text.hasPrefix(editor[place]) }
        let meant = begun.isEmpty ? menu.entries : begun
        let only = meant.count == 1 ? meant[0] : nil
        if let chosen = menu.selected ?? only {
            guard case .command(.attachFile(let path)) = accept(chosen, at: place) else { return [] }
            return [.attachFile(path: path)]
        }
        let typed = editor[place]
        let agreed = menu.agreed(typed)
        if agreed.count > typed.count {
            editor.replace(place, with: agreed)
            hasUnsavedDraft = true
            hasTyped = true
        } else {
            self.menu?.move { $0.select(1) }
        }
        return []
    }

    /// Shows the whole of a folded text, or folds it again.
    private mutating func toggleFold() -> [Effect] {
        guard editor.toggleFold() else {
            let (lines, characters) = FoldedTexts.longest
            return [
                .notice(
                    "Nothing is folded here: pasted text of more than \(lines) lines or \(characters) characters is."
                )
            ]
        }
        hasUnsavedDraft = true
        closeMenu()
        return []
    }

    // MARK: The menu

    /// Whether the menu has to follow the text.
    var awaitsMenu: Bool {
        hasTyped
            && (menu != nil || editor[0..<1] == "/" || NamedFile(before: editor.cursor, in: editor) != nil)
    }

    /// Makes the menu follow the text.
    /// - Parameter values: what an argument can be, given what is typed of it.
    mutating func updateMenu(_ values: (SlashCommand.Values, _ typed: String) -> [CompletionMenu.Entry]) {
        guard hasTyped else { return }
        hasTyped = false
        if editor[0..<1] == "/" {
            menu = CompletionMenu(for: editor.text, values: values)
        } else {
            menu = NamedFile(before: editor.cursor, in: editor).flatMap { named in
                CompletionMenu(named, in: editor, values(.files, named.path))
            }
        }
    }

    /// The values that the menu offers have changed.
    mutating func valuesChanged() { hasTyped = true }

    mutating func moveInMenu(page: Int) { menu?.move { $0.selectPage(page) } }

    mutating func closeMenu() {
        menu = nil
        hasTyped = false
    }

    // MARK: Searching the history

    /// - Returns: whether a history search consumed the key.
    mutating func searchHistory(_ key: Key) -> Bool {
        guard let outcome = historySearch?.press(key) else { return false }
        switch outcome {
        case .searching: return true
        case .accepted(let draft, let consumed):
            historySearch = nil
            editor.setText(draft.text, cursor: draft.cursor)
            hasUnsavedDraft = true
            return consumed
        case .cancelled(let consumed):
            historySearch = nil
            return consumed
        }
    }

    mutating func endHistorySearch() { historySearch = nil }

    // MARK: Sending

    /// What Enter makes of the text.
    enum Submission {
        case nothing
        case message(String)
        case command(SlashCommand.Request)
        /// A command that does not exist; the text stays.
        case unknown(hint: String)
    }

    /// Reads the text as a message or a command. A command clears the input; a message stays until it is sent.
    mutating func submission() -> Submission {
        if let menu, let selected = menu.selected {
            return menu.place.map { accept(selected, at: $0) } ?? accept(selected)
        }
        let text = editor.text
        if editor.beginsWithFold { return text.allSatisfy(\.isWhitespace) ? .nothing : .message(text) }
        switch SlashCommand.parse(text) {
        case .empty: return .nothing
        case .message(let message): return .message(message)
        case .command(let name, let argument):
            guard let request = SlashCommand.request(name, argument) else {
                return .unknown(hint: SlashCommand.hint(forUnknown: name))
            }
            clear(remembering: text)
            hasUnsavedDraft = true
            return .command(request)
        }
    }

    /// Carries out what is selected in the menu, or goes on to its argument.
    private mutating func accept(_ selected: CompletionMenu.Entry) -> Submission {
        guard let request = selected.request else {
            replaceText(with: selected.text)
            hasTyped = true
            return .nothing
        }
        clear(remembering: selected.text)
        hasUnsavedDraft = true
        return .command(request)
    }

    /// Completes the path of a folder, or asks for the file, which then takes the place of its name.
    private mutating func accept(_ selected: CompletionMenu.Entry, at place: Range<Int>) -> Submission {
        editor.replace(place, with: selected.text)
        hasUnsavedDraft = true
        guard let request = selected.request else {
            hasTyped = true
            return .nothing
        }
        closeMenu()
        return .command(request)
    }

    /// Puts a file in the place of its name, or at the cursor if it is not named.
    /// - Parameters:
    ///   - path: as it was chosen.
    ///   - name: what it is called where it is folded.
    mutating func attach(_ text: String, path: String, name: String) {
        if let place = NamedFile.place(of: path, in: editor) {
            let behind = editor.cursor - place.upperBound
            editor.cursor = place.lowerBound
            editor.replace(place, with: "")
            insert(text, called: name)
            if behind > 0 { editor.cursor += behind }
            editor.scrollToCursor()
        } else {
            insert(text, called: name)
        }
        closeMenu()
    }

    // MARK: Layout

    /// Fits the text into the screen.
    mutating func layout(prompt: String, size: Size) {
        let width = ScreenLayout.inputWidth(columns: size.columns, prompt: prompt)
        let rows = ScreenLayout.mostInputRows(size)
        editor.fit(width: width, maxRows: rows)
        visible = editor.layout(width: width, maxRows: rows)
    }
}
