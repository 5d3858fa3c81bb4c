import RichText
import SessionCore

/// The dialog over the panes: what is typed and selected in it, and what is chosen. Carries out no choice that concerns another
/// pane: the model does.
struct Dialogs: Sendable {
    private(set) var current: Dialog?
    /// The wizard that was closed before it was finished; it opens again as it was.
    private var unfinishedWizard: AccountWizard?
    /// The last messages of tasks that were selected in the switcher, and those that are asked for.
    private var previews: [ChatTask.ID: [Message]] = [:]
    private var previewRequest: ChatTask.ID?

    var isOpen: Bool { current != nil }

    /// The theme to look at while it is selected.
    var previewedTheme: String? {
        guard case .picker(let picker)? = current, case .theme(let name)? = picker.selected?.choice else {
            return nil
        }
        return name
    }

    // MARK: Opening

    mutating func open(_ picker: Picker) { current = .picker(picker) }
    mutating func open(_ prompt: Prompt) { current = .prompt(prompt) }

    mutating func openWizard(_ accounts: Accounts) -> [Effect] {
        guard !accounts.offers.isEmpty else {
            return [
                .notice(
                    "Accounts cannot be added in the demo. Quit, then start parley by itself.", .statusError)
            ]
        }
        current = .wizard(
            unfinishedWizard ?? AccountWizard(offers: accounts.offers, taken: Set(accounts.all.map(\.name))))
        unfinishedWizard = nil
        return []
    }

    // MARK: Actions

    mutating func insert(_ text: String) -> [Effect] {
        edit { $0.insert(text.replacing("\n", with: " ")) }
    }

    /// Replaces what is typed in it.
    mutating func fill(_ text: String) -> [Effect] { edit { $0.setText(text) } }

    /// Selects a choice of those shown, by its index.
    /// - Returns: false if there is nothing to choose at this index.
    mutating func select(at index: Int) -> Bool {
        var isSelected = false
        changePicker { isSelected = $0.select(at: index) }
        return isSelected
    }

    mutating func perform(_ action: Action, _ context: PaneContext) -> [Effect] {
        switch action {
        case .edit(let edit): return self.edit { $0.perform(edit) }
        case .dialogNext: changePicker { $0.select(1) }
        case .dialogPrevious: changePicker { $0.select(-1) }
        case .dialogPageDown: changePicker { $0.selectPage(Self.page(in: context.size)) }
        case .dialogPageUp: changePicker { $0.selectPage(-Self.page(in: context.size)) }
        case .dialogFirst: return goToEnd(.lineStart)
        case .dialogLast: return goToEnd(.lineEnd)
        case .dialogCancel: cancel()
        default: break
        }
        return []
    }

    /// Selects what the mouse was pressed on.
    /// - Returns: whether there is something to choose.
    mutating func select(at event: MouseEvent, in size: Size) -> Bool {
        guard case .picker(let picker)? = current else { return false }
        let place = DialogView.places(of: picker, in: size).items
        guard place.contains(event) else { return false }
        let index = picker.window(rows: place.rows).lowerBound + event.row - place.row
        var isSelected = false
        changePicker { isSelected = $0.select(at: index) }
        return isSelected
    }

    /// Accepts what is selected or filled in.
    /// - Returns: a choice for the model to carry out, and effects.
    mutating func accept() -> (choice: Picker.Choice?, effects: [Effect]) {
        switch current {
        case .wizard?:
            let request = withWizard { $0.accept() } ?? nil
            return (nil, request.map { [.configureAccount($0)] } ?? [])
        case .picker(let picker)? where picker.awaitsSelection:
            return (nil, [.notice("Select something with the arrows, or type to find it.")])
        case .picker(let picker)?:
            current = nil
            return (picker.selected?.choice, [])
        case .prompt(let prompt)?:
            current = nil
            return (prompt.accept(), [])
        case nil: return (nil, [])
        }
    }

    /// Closes the dialog; the wizard goes back a step before.
    private mutating func cancel() {
        guard let hasStepBefore = withWizard({ $0.back() }) else {
            current = nil
            return
        }
        guard !hasStepBefore, case .wizard(let wizard)? = current else { return }
        unfinishedWizard = wizard
        current = nil
    }

    /// Goes to the first or last choice, or to an end of the line where there is nothing to choose.
    private mutating func goToEnd(_ end: Action.Edit) -> [Effect] {
        guard hasChoices else { return edit { $0.perform(end) } }
        changePicker { $0.selectEnd(first: end == .lineStart) }
        return []
    }

    private var hasChoices: Bool {
        switch current {
        case .picker?: true
        case .wizard(let wizard)?: if case .choices = wizard.content { true } else { false }
        case .prompt?, nil: false
        }
    }

    private static func page(in size: Size) -> Int { max(1, DialogLayout.itemRows(in: size) - 1) }

    // MARK: Events

    /// Shows what the search that is open has found.
    mutating func apply(_ answer: SearchAnswer, _ context: PaneContext) {
        guard case .picker(let picker)? = current, picker.source == .search(task: answer.request.task),
            picker.query.text == answer.request.words
        else { return }
        changePicker { picker in
            picker.show(answer.items(context))
            picker.emptyText =
                answer.problem
                ?? (SearchQuery(answer.request.words).isEmpty
                    ? Picker.searchHint : "Nothing found for “\(answer.request.words.trimmingSpaces)”.")
        }
    }

    // MARK: Previews

    private var selectedTask: ChatTask.ID? {
        guard case .picker(let picker)? = current, picker.source == .tasks,
            case .task(let id)? = picker.selected?.choice
        else { return nil }
        return id
    }

    /// The last messages of the selected task; nil if they are not here.
    var preview: [Message]? { selectedTask.flatMap { previews[$0] } }

    /// Asks for the preview of the selected task.
    mutating func layout() -> [Effect] {
        guard let task = selectedTask else {
            if !isOpen { (previews, previewRequest) = ([:], nil) }
            return []
        }
        guard previews[task] == nil, previewRequest != task else { return [] }
        previewRequest = task
        return [.submit(.preview(task))]
    }

    mutating func preview(_ messages: [Message], of task: ChatTask.ID) {
        if previewRequest == task { previewRequest = nil }
        if isOpen { previews[task] = messages }
    }

    /// An answer for the wizard.
    /// - Returns: the account that was saved; the wizard is closed then.
    mutating func apply(_ answer: AccountWizardAnswer) -> AccountDraft? {
        let saved = withWizard { wizard -> AccountDraft? in
            let draft = wizard.awaited?.draft
            guard wizard.apply(answer), case .saved = answer.outcome else { return nil }
            return draft
        }
        guard let draft = saved ?? nil else { return nil }
        current = nil
        return draft
    }

    /// More agents may be offered for a new task, or none can be listed.
    mutating func agentsChanged(_ accounts: Accounts) {
        guard case .picker(let picker)? = current, picker.source == .agents else { return }
        changePicker { picker in
            picker.replace(with: Picker.items(of: accounts))
            picker.emptyText = Picker.emptyText(forAgentsOf: accounts)
        }
    }

    /// A task is gone: so is what a dialog asks or offers about it.
    /// - Parameter wasShown: whether the person was looking at it.
    mutating func taskRemoved(_ task: ChatTask.ID, wasShown: Bool) {
        switch current {
        case .prompt(let prompt)? where [.rename(task), .export(task)].contains(prompt.purpose): current = nil
        case .picker(let picker)? where picker.isAbout(task, isShown: wasShown): current = nil
        case .picker?: changePicker { $0.removeItems(of: task) }
        case .prompt?, .wizard?, nil: break
        }
    }

    // MARK: Changing the dialog in place

    /// Changes the line of the dialog, and what depends on it.
    private mutating func edit(_ change: (inout LineEditor) -> Void) -> [Effect] {
        switch current {
        case .picker?:
            changePicker { picker in
                change(&picker.query)
                picker.narrow()
            }
        case .prompt(var prompt)?:
            current = nil
            change(&prompt.editor)
            current = .prompt(prompt)
        case .wizard?: withWizard { $0.edit(change) }
        case nil: break
        }
        guard case .picker(let picker)? = current, case .search(let task) = picker.source else { return [] }
        return [.submit(.search(SearchRequest(words: picker.query.text, task: task)))]
    }

    /// Changes the choices of a picker, or of the wizard's step.
    private mutating func changePicker(_ change: (inout Picker) -> Void) {
        switch current {
        case .picker(var picker)?:
            current = nil  // the picker is changed in place, not copied
            change(&picker)
            current = .picker(picker)
        case .wizard?: withWizard { $0.changeChoices(change) }
        case .prompt?, nil: break
        }
    }

    @discardableResult
    private mutating func withWizard<Result>(_ change: (inout AccountWizard) -> Result) -> Result? {
        guard case .wizard(var wizard)? = current else { return nil }
        current = nil  // the wizard is changed in place, not copied
        defer { current = .wizard(wizard) }
        return change(&wizard)
    }
}
