import RichText
import SessionCore
import Settings

/// The pickers there are, with what each offers.
extension Picker {
    static func tasks(_ list: TaskList, _ context: PaneContext) -> Picker {
        Picker(
            title: "Go to task: letters of its title, agent or account", source: .tasks,
            items: list.everything.map { task in
                let account = context.accounts.areSeveral ? task.account + "  " : ""
                let label = task.shownTitle + list.distinction(of: task)
                return Item(
                    choice: .task(task.id), label: label,
                    detail: (task.isArchived ? "archived  " : "") + account
                        + context.labels.age(task.updatedAt, now: context.now),
                    key: "\(label)  \(task.agent.name)  \(task.account)")
            })
    }

    static func themes(_ themes: ThemeChoice) -> Picker {
        var picker = Picker(
            title: "Theme",
            items: themes.names.map { name in
                Item(choice: .theme(name), label: name, detail: themes.detail(of: name))
            })
        picker.select(.theme(themes.name))
        return picker
    }

    static func templates(_ templates: TemplateCatalog) -> Picker {
        Picker(
            title: "Template", source: .templates,
            items: templates.all.map { template in
                let blanks = template.blanks.map { "{{\($0)}}" }.joined(separator: " ")
                return Item(
                    choice: .template(template.name), label: template.name, detail: blanks,
                    preview: template.source)
            }, emptyText: templates.all.isEmpty ? noTemplates(templates) : "No template matches.")
    }

    static func noTemplates(_ templates: TemplateCatalog) -> String {
        "There are no templates. A file \(templates.folder)/NAME.md is one; {{selection}}, {{clipboard}} and {{date}} in it are filled, and {{other words}} are asked for."
    }

    /// - Parameter task: nil searches every task.
    static func search(in task: ChatTask.ID?) -> Picker {
        Picker(
            title: task == nil ? "Search every task" : "Search this task", source: .search(task: task),
            emptyText: searchHint)
    }

    static let searchHint = "Words, \"a phrase\", -without, from: agent: account: in: before: after:"

    /// Messages, replies as they are shown, and code blocks.
    static func copying(from messages: [(message: Message, layouts: [MarkdownLayout])], _ labels: TimeLabels)
        -> Picker
    {
        Picker(
            title: "Copy", items: takenOut(of: messages, labels) { text, _ in .copy(text) },
            emptyText: "There is nothing to copy yet.")
    }

    static func saving(from messages: [(message: Message, layouts: [MarkdownLayout])], _ labels: TimeLabels)
        -> Picker
    {
        Picker(
            title: "Save", items: takenOut(of: messages, labels) { .save($0, name: $1) },
            emptyText: "There is nothing to save yet.")
    }

    private static func takenOut(
        of messages: [(message: Message, layouts: [MarkdownLayout])], _ labels: TimeLabels,
        as choice: (_ text: String, _ name: String) -> Choice
    ) -> [Item] {
        messages.flatMap { message, layouts -> [Item] in
            let time = labels.time(message.at)
            let text = message.plainText
            let title = text.firstLine
            let isReply = message.role == .agent
            let whole = Item(
                choice: choice(
                    text, FileName.suggestion(for: title, ending: message.format == .markdown ? "md" : "txt")),
                label: title,
                detail: (isReply ? "reply  " : "yours  ") + time)
            guard isReply else { return [whole] }
            let shown = layouts.map(\.shownText).joined(separator: "\n")
            let asShown = Item(
                choice: choice(shown, FileName.suggestion(for: title, ending: "txt")), label: "    " + title,
                detail: "as shown  " + time)
            return [whole] + (shown.isEmpty || shown == text ? [] : [asShown])
                + layouts.flatMap(\.codeBlocks).map { code in
                    let first = code.text.firstLine
                    return Item(
                        choice: choice(code.text, FileName.suggestion(for: code)),
                        label: "    " + first, detail: (code.language ?? "code") + "  " + time)
                }
        }
    }

    static func links(in replies: [(message: Message, layouts: [MarkdownLayout])]) -> Picker {
        let items = replies.flatMap(\.layouts).flatMap(\.links).map { link in
            Item(
                choice: .link(link.address), label: link.address,
                detail: link.label == link.address ? "" : link.label)
        }
        return Picker(title: "Links", items: items, emptyText: "There are no links here.")
    }

    /// What can be done with a link. The host stands first, so that nothing is opened that only looks like it.
    static func opening(_ place: LinkedPlace) -> Picker {
        let copy = Item(choice: .copy(place.address), label: "Copy the address", detail: "")
        let open = Item(
            choice: .openLink(place.address), label: "Open in the browser", detail: place.host ?? "")
        let warning = place.warning.map { [Item.heading($0)] } ?? []
        return Picker(
            title: "\(place.host ?? place.address)",
            items: warning + (place.canBeOpened ? [open, copy] : [copy]))
    }

    static func suggestions(_ suggestions: [String]) -> Picker {
        Picker(
            title: "Send",
            items: suggestions.map { Item(choice: .suggestion($0), label: $0, detail: "") })
    }

    /// - Parameter selected: the account that the list is narrowed to.
    static func accounts(_ accounts: Accounts, selected: AccountName?) -> Picker {
        let all = Item(choice: .account(nil), label: "All accounts", detail: "")
        let items = accounts.all.map { account in
            Item(
                choice: .account(account.name), label: account.name,
                detail: account.agents.map(\.name).joined(separator: ", "))
        }
        var picker = Picker(title: "List the tasks of", items: [all] + items)
        picker.select(.account(selected))
        return picker
    }

    // MARK: A new task

    /// - Parameter task: its agent is selected when none was chosen before.
    static func agents(_ accounts: Accounts, near task: ChatTask?) -> Picker {
        let items = items(of: accounts)
        var picker = Picker(
            title: "New task with", source: .agents, items: items,
            emptyText: emptyText(forAgentsOf: accounts))
        if let likely = accounts.likelyAgent(near: task) {
            picker.select(.agent(account: likely.account, likely.agent))
        }
        return picker
    }

    static func emptyText(forAgentsOf accounts: Accounts) -> String {
        accounts.agentCount == 0 && accounts.awaitAgents ? "Loading the agents…" : "No agent matches."
    }

    static func items(of accounts: Accounts) -> [Item] {
        accounts.all.flatMap { account in
            account.agents.map { agent in
                Item(
                    choice: .agent(account: account.name, agent), label: agent.name, detail: account.name,
                    key: "\(agent.name) \(account.name)")
            }
        }
    }
}

extension SearchAnswer {
    /// The messages found, with the title of their task where every task was searched.
    func items(_ context: PaneContext) -> [Picker.Item] {
        hits.map { hit in
            Picker.Item(
                choice: .hit(task: hit.task, message: hit.message, words: request.words), label: hit.snippet,
                detail: (request.task == nil ? hit.taskTitle + "  " : "")
                    + context.labels.age(hit.at, now: context.now),
                matches: hit.matches.flatMap { Array($0) })
        }
    }
}

extension String {
    var firstLine: String {
        // A part of it is enough, however long the text is.
        let start = String(String.UnicodeScalarView(unicodeScalars.prefix(1000)))
        return start.split(maxSplits: 1, whereSeparator: \.isNewline).first.map { String($0.prefix(200)) }
            ?? ""
    }
}

extension MarkdownLayout {
    /// The rows as they are on the screen, without their styles.
    fileprivate var shownText: String {
        (0..<lineCount).map { String(self[$0].text.reversed().drop { $0 == " " }.reversed()) }
            .joined(separator: "\n")
    }
}
