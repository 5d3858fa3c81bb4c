import Foundation
import RichText
import SessionCore

/// Several accounts in one list: what each offers, and how far its tasks are listed.
extension Model {
    // MARK: What the list shows of accounts

    var hasSeveralAccounts: Bool { accounts.count > 1 }

    /// Whether the rows of the list say which account a task belongs to.
    var rowsNameAccounts: Bool { hasSeveralAccounts && !tasks.isGrouped && tasks.filter == nil }

    mutating func openAccounts() {
        let all = Picker.Item(choice: .account(nil), label: "All accounts", detail: "")
        let items = accounts.map { account in
            let agents = account.agents.map(\.name).joined(separator: ", ")
            return Picker.Item(choice: .account(account.name), label: account.name, detail: agents)
        }
        var picker = Picker(title: "List the tasks of", items: [all] + items)
        picker.select(.account(tasks.filter))
        dialog = .picker(picker)
    }

    // MARK: Asking the services

    /// Asks every service once what it has, as soon as there is something to show.
    mutating func askServices() {
        if accounts.contains(where: { $0.capabilities.contains(.listsTasks) }) { submit(.refresh) }
        askForAgents()
    }

    /// Asks the services that can be asked, and have not answered yet, which agents they have.
    private mutating func askForAgents() {
        for account in accounts
        where account.capabilities.contains(.listsAgents) && !listedAgents.contains(account.name) {
            listedAgents.insert(account.name)
            effects.append(.listAgents(account.name))
        }
    }

    mutating func take(_ answer: AgentsAnswer) {
        switch answer.result {
        case .success(let agents):
            guard let index = accounts.firstIndex(where: { $0.name == answer.account }) else { return }
            let known = Set(accounts[index].agents.map(\.id))
            accounts[index].agents += agents.filter { !known.contains($0.id) }
            if case .picker(var picker)? = dialog, picker.source == .agents {
                picker.replace(with: newTaskItems)
                dialog = .picker(picker)
            }
            // There was nobody to begin with until now.
            if isReady, tasks.focused == nil { beginTask() }
        case .failure(let error):
            // The next new task asks again.
            listedAgents.remove(answer.account)
            guard account(answer.account)?.agents.isEmpty ?? false else { return }
            say("The agents of “\(answer.account)” could not be listed. \(error.inWords)", .statusError)
        }
    }

    // MARK: A new task

    mutating func newTask() {
        askForAgents()
        let items = newTaskItems
        guard items.count != 1, !accounts.isEmpty else {
            beginTask()
            return
        }
        var picker = Picker(
            title: "New task with", source: .agents, items: items,
            emptyText: items.isEmpty && asksForAgents
                ? "Asking which agents there are…" : "There is no agent like that.")
        if let last = lastAgent { picker.select(.agent(account: last.account, last.agent)) }
        dialog = .picker(picker)
    }

    private var newTaskItems: [Picker.Item] {
        accounts.flatMap { account in
            account.agents.map { agent in
                Picker.Item(
                    choice: .agent(account: account.name, agent), label: agent.name, detail: account.name,
                    key: "\(agent.name) \(account.name)")
            }
        }
    }

    /// The agent that the last task was begun with; before there is one, that of the task that is shown.
    private var lastAgent: (account: AccountName, agent: Agent)? {
        chosenAgent ?? focusedTask.map { ($0.account, $0.agent) }
    }

    /// Begins a task with an agent; with the one of the focused task, or the first there is, when none is named.
    mutating func beginTask(account name: AccountName? = nil, agent chosen: Agent? = nil) {
        let current = focusedTask.flatMap { task in account(task.account).map { ($0, task.agent) } }
        guard let account = name.flatMap({ account($0) }) ?? current?.0 ?? accounts.first,
            let agent = chosen ?? (current?.0.name == account.name ? current?.1 : account.agents.first)
        else {
            if asksForAgents {
                say("Asking which agents there are…")
            } else {
                say("There is no agent to talk to. \(addAccountHint)", .statusError)
            }
            return
        }
        pane = .input
        if let filter = tasks.filter, filter != account.name { tasks.narrow(to: nil) }
        if let task = focusedTask, task.agent == agent, task.account == account.name, isBlank(task.id) {
            return
        }
        let mode: Turn.Mode = account.capabilities.contains(.streams) ? .streamed : .background
        let task = ChatTask(
            id: .random(), account: account.name, agent: agent, createdAt: now, updatedAt: now, mode: mode)
        submit(.create(task.id, account: account.name, agent: agent))
        tasks.put(task)
        focus(task.id)
    }

    /// Whether a service has still to tell which agents it has.
    private var asksForAgents: Bool {
        accounts.contains { $0.agents.isEmpty && listedAgents.contains($0.name) }
    }

    private var addAccountHint: String {
        keymap.hint(.addAccount).map { "\($0) adds an account." } ?? "/account adds an account."
    }

    // MARK: Listings

    mutating func take(_ state: FetchState, of account: AccountName) {
        listings[account] = state
        switch state {
        case .loading, .failed: tasks.unfinished.insert(account)
        case .waiting(let error, let until):
            tasks.unfinished.insert(account)
            // Once: what is asked for in vain again and again would cover everything else that is to be told.
            guard troubledListings.insert(account).inserted else { return }
            say(
                "The tasks of “\(account)” are asked for again at \(labels.time(until)). \(error.inWords)",
                .statusError)
        case .more, .complete:
            tasks.unfinished.remove(account)
            troubledListings.remove(account)
        }
    }

    /// Asks for more tasks of the accounts whose listed tasks end within what is shown, or soon below.
    /// - Parameter rows: how many the list has.
    mutating func wantTasks(rows: Int) {
        let glance = ListingDemand(
            revision: tasks.revision, position: tasks.focusedPosition, rows: rows,
            more: Set(listings.filter { $0.value == .more }.keys))
        guard glance != lastGlance else { return }
        lastGlance = glance
        for account in tasks.accountsThatEnd(within: rows, among: glance.more).sorted() {
            listings[account] = .loading
            submit(.moreTasks(account))
        }
    }

    /// What stands in the place of tasks that are still to be listed.
    func label(ofListing account: AccountName) -> (String, StyleRole) {
        let place = rowsNameAccounts ? ThemedCanvas.clipped(account, 9) + ": " : ""
        switch listings[account] {
        case .waiting(_, let until)?: return (place + "again at \(labels.time(until))", .warning)
        case .failed?:
            let key = keymap.hint(.refresh).map { ", \($0)" } ?? ""
            return (place + "failed" + key, .error)
        case .loading?, .more?, .complete?, nil: return (place + "loading…", .listAge)
        }
    }
}

/// What decides whether more tasks are wanted, so that it is decided anew only when it has changed.
struct ListingDemand: Hashable, Sendable {
    var revision: Int
    var position: Int?
    var rows: Int
    var more: Set<AccountName>
}

/// Which agents an account has, asked of its service.
public struct AgentsAnswer: Sendable {
    public var account: AccountName
    public var result: Result<[Agent], ServiceError>

    public init(account: AccountName, result: Result<[Agent], ServiceError>) {
        self.account = account
        self.result = result
    }
}
