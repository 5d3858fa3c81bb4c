import RichText
import SessionCore

/// The dialogs: what is offered in them and what comes of a choice.
extension Model {
    // MARK: Opening

    mutating func openSwitcher() {
        let items = tasks.everything.map { task in
            Picker.Item(
                choice: .task(task.id), label: task.shownTitle,
                detail: (accounts.count > 1 ? task.account + "  " : "") + labels.age(task.updatedAt, now: now)
            )
        }
        open(Picker(title: "Go to task", items: items))
    }

    mutating func openPalette() {
        let items = Action.Group.allCases.flatMap { group in
            Action.entries.filter { $0.group == group && group != .dialogs }.map { entry in
                Picker.Item(
                    choice: .action(entry.action), label: entry.summary,
                    detail: keymap.keys(of: entry.action).prefix(2).map(\.label).joined(separator: "  "),
                    key: "\(entry.summary) \(entry.name) \(group.rawValue)")
            }
        }
        open(Picker(title: "Help: type to find an action, Enter does it", items: items))
    }

    mutating func openThemes() {
        var picker = Picker(
            title: "Theme",
            items: themes.names.map { name in
                let detail =
                    name == ThemeChoice.automaticName
                    ? "the terminal's own colours"
                    : themes.all.first { $0.name == name }?.variant.rawValue ?? ""
                return Picker.Item(choice: .theme(name), label: name, detail: detail)
            })
        picker.select(.theme(themes.name))
        open(picker)
    }

    mutating func openSearch(in task: ChatTask.ID?) {
        open(
            Picker(
                title: task == nil ? "Search every task" : "Search this task", source: .search(task: task),
                emptyText: "Type the words to look for."))
    }

    mutating func openCopyMenu() {
        guard let id = tasks.focused, let layouts = transcripts[id]?.nearbyLayouts() else { return }
        let items = layouts.flatMap { message, layout -> [Picker.Item] in
            let time = labels.time(message.at)
            let whole = Picker.Item(
                choice: .copy(message.text), label: firstLine(message.text), detail: "reply  " + time)
            return [whole]
                + layout.codeBlocks.map { code in
                    Picker.Item(
                        choice: .copy(code.text), label: "    " + firstLine(code.text),
                        detail: (code.language ?? "code") + "  " + time)
                }
        }
        open(Picker(title: "Copy", items: items, emptyText: "There is nothing to copy yet."))
    }

    mutating func openLinkList() {
        guard let id = tasks.focused, let layouts = transcripts[id]?.nearbyLayouts() else { return }
        let links = layouts.flatMap(\.layout.links)
        let items = links.map { link in
            Picker.Item(
                choice: .copy(link.address), label: link.address,
                detail: link.label == link.address ? "" : link.label)
        }
        open(
            Picker(
                title: "Links: Enter copies the address", items: items, emptyText: "There are no links here.")
        )
    }

    mutating func openSuggestions() {
        let suggestions = tasks.focused.flatMap { transcripts[$0]?.lastReply }?.extras.suggestions ?? []
        guard !suggestions.isEmpty else {
            say("The agent has suggested nothing here.")
            return
        }
        open(
            Picker(
                title: "Say",
                items: suggestions.map { Picker.Item(choice: .suggestion($0), label: $0, detail: "") }))
    }

    mutating func renameTask() {
        guard let task = focusedTask else { return }
        var editor = LineEditor()
        editor.setText(task.title, cursor: task.title.count)
        dialog = .prompt(Prompt(title: "Title of this task", purpose: .rename(task.id), editor: editor))
    }

    mutating func confirmDelete() {
        guard let task = focusedTask else { return }
        open(
            Picker(
                title: "Delete “\(task.shownTitle)” and its messages here?",
                items: [
                    Picker.Item(choice: .close, label: "Keep it", detail: ""),
                    Picker.Item(choice: .delete(task.id), label: "Delete it", detail: "cannot be undone"),
                ]))
    }

    private mutating func open(_ picker: Picker) { dialog = .picker(picker) }

    private func firstLine(_ text: String) -> String {
        text.split(separator: "\n", maxSplits: 1).first.map { String($0.prefix(200)) } ?? ""
    }

    // MARK: In a dialog

    /// The line of the dialog has changed.
    mutating func dialogEdited() {
        changeSetupChoices { $0.narrow() }
        guard case .picker(var picker)? = dialog else { return }
        picker.narrow()
        show(picker)
        if case .search(let task) = picker.source {
            submit(.search(SearchRequest(words: picker.query.text, task: task)))
        }
    }

    mutating func moveSelection(_ step: Int) {
        changePicker { $0.select(step) }
    }

    mutating func movePage(_ step: Int) {
        let page = max(1, DialogLayout.itemRows(in: size) - 1)
        changePicker { $0.selectPage(step * page) }
    }

    private mutating func changePicker(_ change: (inout Picker) -> Void) {
        changeSetupChoices(change)
        guard case .picker(var picker)? = dialog else { return }
        change(&picker)
        show(picker)
    }

    private mutating func changeSetupChoices(_ change: (inout Picker) -> Void) {
        guard case .setup(var setup)? = dialog else { return }
        setup.changeChoices(change)
        dialog = .setup(setup)
    }

    /// Shows the picker as it is now; a theme is looked at while it is selected.
    private mutating func show(_ picker: Picker) {
        dialog = .picker(picker)
        if case .theme(let name)? = picker.selected?.choice { themes.look(at: name) }
    }

    mutating func closeDialog() {
        dialog = nil
        themes.look(at: nil)
    }

    mutating func cancelDialog() {
        if case .setup? = dialog { leaveSetupStep() } else { closeDialog() }
    }

    mutating func acceptDialog() {
        if case .setup? = dialog {
            acceptSetup()
            return
        }
        let closed = dialog
        closeDialog()
        switch closed {
        case .picker(let picker): if let item = picker.selected { accept(item) }
        case .prompt(let prompt): accept(prompt)
        case .setup, nil: break
        }
    }

    private mutating func accept(_ prompt: Prompt) {
        let text = prompt.editor.text.trimmingSpaces
        guard !text.isEmpty else { return }
        switch prompt.purpose {
        case .rename(let task): submit(.rename(task, title: text))
        }
    }

    private mutating func accept(_ item: Picker.Item) {
        switch item.choice {
        case .task(let id): focus(id)
        case .agent(let account, let agent):
            chosenAgent = (account, agent)
            beginTask(account: account, agent: agent)
        case .account(let name): tasks.narrow(to: name)
        case .action(let action): perform(action)
        case .theme(let name): choose(theme: name)
        case .copy(let text): copy(text, what: "“\(firstLine(text))”")
        case .suggestion(let text): say(message: text)
        case .hit(let task, let message): jump(to: message, in: task)
        case .delete(let id): submit(.delete(id))
        case .close, .service, .keyKind, .offeredAgent, .typedAgent: break
        }
    }

    mutating func choose(theme name: String) {
        guard themes.names.contains(name) else {
            say(
                "There is no theme “\(name)”; there are: \(themes.names.joined(separator: ", ")).",
                .statusError)
            return
        }
        themes.choose(name)
        effects.append(.saveTheme(name))
    }
}

extension ChatTask {
    /// The title as the panes show it.
    var shownTitle: String { title.isEmpty ? "New task" : title }
}

extension String {
    var trimmingSpaces: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
