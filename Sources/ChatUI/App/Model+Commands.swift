import RichText
import SessionCore

// Slash commands: what their arguments can be, and what they do.
extension Model {
    // MARK: The menu

    /// Makes the menu above the input follow what was typed.
    /// - Returns: the request for the files of a folder that is not known yet.
    mutating func updateMenu() -> [Effect] {
        guard composer.awaitsMenu else {
            if composer.isEmpty { _ = files.want(nil) }
            return []
        }
        var wanted: String?
        let (model, listing) = (self, files.known)
        composer.updateMenu { values, typed in
            guard values == .files else { return model.entries(of: values).matching(typed) }
            let folder = FolderListing.folder(of: typed)
            wanted = folder
            return listing?.folder == folder ? listing?.entries(for: typed) ?? [] : []
        }
        return files.want(wanted).map { [.listFiles(folder: $0)] } ?? []
    }

    private func entries(of values: SlashCommand.Values) -> [CompletionMenu.Entry] {
        switch values {
        case .any, .files: []
        case .templates:
            context.templates.all.map {
                CompletionMenu.Entry(
                    text: $0.name, label: $0.name, detail: $0.source.firstLine, request: .useTemplate($0.name)
                )
            }
        case .themes:
            themes.names.map {
                CompletionMenu.Entry(
                    text: $0, label: $0, detail: themes.detail(of: $0), request: .chooseTheme($0))
            }
        case .tasks:
            tasks.everything.map { task in
                let title = task.shownTitle.firstLine
                return CompletionMenu.Entry(
                    text: title, label: title,
                    detail: context.accounts.areSeveral
                        ? "\(task.account) · \(task.agent.name)" : task.agent.name,
                    request: .goToTask(task.id))
            }
        case .agents:
            context.accounts.all.flatMap { account in
                account.agents.map { agent in
                    CompletionMenu.Entry(
                        text: agent.name, label: agent.name, detail: account.name,
                        request: .beginTask(account: account.name, agent),
                        key: "\(agent.name) \(account.name)")
                }
            }
        case .accounts:
            [
                CompletionMenu.Entry(
                    text: "all", label: "all", detail: "every account", request: .narrow(to: nil))
            ]
                + context.accounts.all.map { account in
                    CompletionMenu.Entry(
                        text: account.name, label: account.name,
                        detail: account.agents.map(\.name).joined(separator: ", "),
                        request: .narrow(to: account.name))
                }
        }
    }

    // MARK: Carrying out

    mutating func carryOut(_ request: SlashCommand.Request) -> [Effect] {
        switch request {
        case .perform(let action): return perform(action)
        case .sendInBackground(let text): return send(text, mode: .background)
        case .chooseTheme(let name): return choose(theme: name)
        case .rename(let title):
            return tasks.focused.map { change($0, .title(title)) } ?? [.notice("There is no task.")]
        case .search(let words):
            dialogs.open(.search(in: nil))
            return dialogs.insert(words)
        case .goToTask(let id): return focus(id)
        case .beginTask(let account, let agent):
            context.accounts.choose(agent, of: account)
            return beginTask(account: account, agent: agent)
        case .narrow(let account): tasks.narrow(to: account)
        case .findTask(let words): return find(words, .tasks, "task")
        case .findAgent(let words): return find(words, .agents, "agent")
        case .findAccount(let words): return find(words, .accounts, "account")
        case .insertFile(let path): return [.readFile(path: path)]
        case .attachFile(let path): return [.attachFile(path: path)]
        case .export(let path): return export(to: path)
        case .useTemplate(let name): return useTemplate(named: name)
        case .incomplete(let usage):
            return [.notice("This command needs an argument: \(usage)", .statusError)]
        }
        return []
    }

    /// Carries out what the words name, or nearly name.
    private mutating func find(_ words: String, _ values: SlashCommand.Values, _ kind: String) -> [Effect] {
        let entries = entries(of: values)
        let found = entries.first { $0.text == words } ?? entries.matching(words).first
        guard let request = found?.request else {
            return [.notice("There is no \(kind) “\(words)”.", .statusError)]
        }
        return carryOut(request)
    }

    // MARK: Files

    mutating func apply(_ answer: FilesAnswer) -> [Effect] {
        switch answer {
        case .listing(let listing):
            files.known = listing
            composer.valuesChanged()
            return updateMenu()
        case .text(let text): return insert(contents: text)
        case .attachment(let text, let path, let name):
            pane = .input
            composer.attach(Self.attachment(text, name: name), path: path, name: name)
            return []
        case .written(let path): return [.notice("Wrote \(path).")]
        case .failed(let message): return [.notice(message, .statusError)]
        }
    }

    private mutating func insert(contents: String) -> [Effect] {
        pane = .input
        composer.insert(contents)
        composer.closeMenu()
        return []
    }

    /// A file as a block of code with its name, which nothing in the file can end.
    private static func attachment(_ text: String, name: String) -> String {
        let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        let ending = name.split(separator: ".").dropFirst().last.map(String.init) ?? ""
        return "\(name):\n\n\(fence)\(ending)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }
}
