import RichText
import SessionCore

// What a line means: a message, a command, or the answer to what was asked.
extension PlainApplication {
    /// Takes a line that was written.
    func take(_ line: String) {
        if unfinished == nil, let command = SlashCommand.request(in: line) { return carryOut(command) }
        if unfinished == nil, case .command(let name, _) = SlashCommand.parse(line) {
            return refuse(SlashCommand.hint(forUnknown: name))
        }
        // As in a shell, two backslashes at the end are two backslashes.
        let backslashes = line.reversed().prefix { $0 == "\\" }.count
        let isUnfinished = backslashes % 2 == 1
        let text = (unfinished.map { $0 + "\n" } ?? "") + (isUnfinished ? String(line.dropLast()) : line)
        unfinished = isUnfinished ? text : nil
        if !isUnfinished { send(text) }
    }

    private func send(_ written: String) {
        let draft = addsToDraft ? model.composer.editor.text : ""
        var message = written
        if case .message(let text) = SlashCommand.parse(written) { message = text }
        let isBlank = message.allSatisfy(\.isWhitespace)
        if !draft.isEmpty {
            message = isBlank ? draft : draft + (draft.hasSuffix("\n") ? "" : "\n") + message
        } else if isBlank {
            return
        }
        if isInteractive { narrator.typed.append(message) }
        if let task = model.tasks.focused { model.conversation.deselect(in: task) }
        // Without a person, a draft of before stays.
        carryOut(model.send(message, keepsDraft: !addsToDraft && !model.composer.isEmpty))
    }

    // MARK: Commands

    func carryOut(_ request: SlashCommand.Request) {
        switch request {
        case .perform(let action): perform(action)
        case .sendInBackground(let text):
            if isInteractive { narrator.typed.append(text) }
            carryOut(model.carryOut(request))
        case .insertFile, .attachFile, .useTemplate:
            addsToDraft = true
            carryOut(model.carryOut(request))
        case .narrow, .findAccount:
            carryOut(model.carryOut(request))
            narrateFilter()
        case .incomplete(let usage): refuse("This command needs an argument: \(usage)")
        case .chooseTheme, .rename, .search, .findTask, .goToTask, .findAgent, .beginTask, .export:
            carryOut(model.carryOut(request))
        }
    }

    /// Does what an action means without a screen.
    private func perform(_ action: Action) {
        switch action {
        case .palette: narrator.narrateHelp()
        case .pageUp, .lineUp: narrateEarlier(Narrator.pageLength)
        case .top: narrateEarlier(Transcript.windowLimit)
        case .pageDown, .lineDown, .bottom: narrator.narrateEnd(model)
        case .previousMessage, .nextMessage: narrateMessage(action == .nextMessage ? 1 : -1)
        case .toggleSteps, .toggleSelected: narrator.narrateSteps(model)
        case .nextMatch, .previousMatch:
            carryOut(model.perform(action))
            sought = model.tasks.focused == nil ? nil : model.conversation.search?.match?.message
        case .archivedTasks: model.openArchive()
        case .focusList, .toggleList, .taskPageUp, .taskPageDown: carryOut(model.perform(.switcher))
        case .copyMenu, .save, .linkList:
            layOut()
            carryOut(model.perform(action))
        case .quote, .editMessage, .takeBack, .forkTask, .openEditor, .useTemplate:
            addsToDraft = true
            carryOut(model.perform(action))
        case .nextPane, .previousPane, .focusInput:
            say("Plain mode has no panes. What you write is a message, and /switcher lists the tasks.")
        case .groupAccounts: say("Plain mode has no list to group. /filter lists the tasks of one account.")
        case .toggleMouse: say("Plain mode does not use the mouse.")
        case .redraw: say("Plain mode has no screen to redraw. /bottom shows the last messages again.")
        case .suspend, .quit, .deleteTask, .archiveTask: carryOut(model.perform(action))
        default:
            let (task, effects) = (model.tasks.focused, model.perform(action))
            carryOut(effects)
            // On a screen it is seen that nothing happens.
            if effects.isEmpty, model.tasks.focused == task, !model.dialogs.isOpen {
                say(action == .newTask ? "This is a new task." : "There is nothing to do.")
            }
        }
    }

    private func narrateEarlier(_ count: Int) {
        guard !narrator.narrateEarlier(model, most: count), let task = model.tasks.focused else { return }
        awaitsEarlier = count
        carryOut(model.conversation.loadBefore(in: task))
    }

    private func narrateMessage(_ step: Int) {
        guard let message = model.selectMessage(step) else {
            return say("There are no messages in this task yet.")
        }
        narrator.narrate(message, model)
    }

    /// What is taken out of a reply is taken out of its layout.
    private func layOut() {
        guard let task = model.tasks.focusedTask else { return }
        carryOut(model.conversation.layout(task, in: model.context.size, model.context))
    }

    private func narrateFilter() {
        guard !model.dialogs.isOpen else { return }
        let account = model.tasks.filter.map { "“\($0)”" } ?? "all accounts"
        say("The list holds the tasks of \(account): \(model.tasks.count).")
    }

    // MARK: Answers

    /// Answers the dialog. A command closes it.
    func answer(_ line: String) {
        if let command = SlashCommand.request(in: line) {
            while model.dialogs.isOpen { carryOut(model.perform(.dialogCancel)) }
            return carryOut(command)
        }
        let text = line.trimmingSpaces
        switch model.dialogs.current {
        case .picker(let picker): choose(text, of: picker, orCancel: true)
        case .wizard(let wizard):
            if case .choices(let picker) = wizard.content {
                choose(text, of: picker, orCancel: false)
            } else {
                fill(text)
            }
        case .prompt: fill(text)
        case nil: break
        }
    }

    private func fill(_ text: String) {
        if !text.isEmpty { carryOut(model.dialogs.fill(text)) }
        accept()
    }

    private func choose(_ text: String, of picker: Picker, orCancel: Bool) {
        if text.isEmpty, orCancel {
            carryOut(model.perform(.dialogCancel))
            say("Cancelled.")
        } else if let number = Int(text), let index = DialogText.index(of: number, in: picker) {
            if model.dialogs.select(at: index) { accept() }
        } else if !text.isEmpty {
            carryOut(model.dialogs.fill(text))
        }
    }

    private func accept() {
        var isFilter = false
        if case .picker(let picker) = model.dialogs.current {
            if case .hit(_, let message, _)? = picker.selected?.choice { sought = message }
            if case .account? = picker.selected?.choice { isFilter = true }
        }
        carryOut(model.acceptDialog())
        if isFilter { narrateFilter() }
    }
}

extension SlashCommand {
    /// What a line asks for if it is a command that there is.
    static func request(in line: String) -> Request? {
        guard case .command(let name, let argument) = parse(line) else { return nil }
        return request(name, argument)
    }
}
