import SessionCore

/// An earlier message that is being changed, to be sent anew.
struct EditedMessage: Hashable, Sendable {
    var task: ChatTask.ID
    var message: Message.ID
    /// The fork that was asked for, in which the text is sent when it is there.
    var fork: ChatTask.ID?
    /// What is sent in the fork.
    var text = ""
}

// What was said once is said again: another reply, a changed message, a quotation.
extension Model {
    /// Asks for another reply to the message of the selected turn, or to the last message. What failed is retried.
    mutating func regenerate() -> [Effect] {
        guard let task = tasks.focusedTask, let transcript = conversation[task.id],
            let asked = transcript.selectedQuestion ?? transcript.lastQuestion
        else { return [.notice("There is no message to ask again in this task.")] }
        guard !conversation.isRunning(task) else {
            return [.notice("A reply is still arriving in this task. Stop it first.")]
        }
        if let turn = asked.turn.flatMap({ transcript.turns[$0] }), turn.canBeRetried {
            return [.submit(.retry(turn.id))]
        }
        return send(asked.text, keepsDraft: true)
    }

    /// Puts an earlier message into the input: the selected one, that of the selected reply, or the last.
    mutating func editMessage() -> [Effect] {
        guard let task = tasks.focusedTask, let transcript = conversation[task.id],
            let asked = transcript.selectedQuestion ?? transcript.lastQuestion
        else { return [.notice("There is no message to edit in this task.")] }
        if !composer.isEmpty { composer.clear(remembering: composer.editor.text) }
        composer.replaceText(with: asked.text)
        composer.closeMenu()
        pane = .input
        edited = EditedMessage(task: task.id, message: asked.id)
        conversation.deselect(in: task.id)
        let outcome =
            canFork(task)
            ? "it goes into a fork of this task, which stays as it is."
            : "it becomes a new message at the end of this task."
        return [.notice("Edit the message and send it: \(outcome)")]
    }

    private func canFork(_ task: ChatTask) -> Bool { task.serviceID != nil && forks(task) }

    private func forks(_ task: ChatTask) -> Bool {
        context.accounts[task.account]?.capabilities.contains(.forks) == true
    }

    /// Whether the service of the focused task can fork.
    var focusedTaskForks: Bool { tasks.focusedTask.map(forks) ?? true }

    /// The most bytes of a conversation that go into a message.
    private static let longestRecap = 64 << 10

    /// Where the service cannot fork: a new task whose first message, not sent yet, is the conversation up to the selected message.
    mutating func continueInNewTask() -> [Effect] {
        guard let task = tasks.focusedTask, let transcript = conversation[task.id],
            !transcript.messages.isEmpty
        else { return [.notice("There is nothing to fork in this task yet.")] }
        let end = transcript.selection?.message ?? .max
        var (parts, bytes): ([String], Int) = ([], 0)
        for message in transcript.messages.reversed() where message.id <= end && !message.text.isEmpty {
            let who = message.role == .user ? "I said" : "\(task.agent.name) said"
            let part = "\(who):\n\n\(message.plainText.quoted)\n"
            bytes += part.utf8.count
            guard bytes <= Self.longestRecap || parts.isEmpty else { break }
            parts.append(part)
        }
        guard !parts.isEmpty else { return [.notice("There is nothing to fork in this task yet.")] }
        conversation.deselect(in: task.id)
        let recap = "This is our conversation so far:\n\n" + parts.reversed().joined(separator: "\n") + "\n"
        let isKnown = context.accounts[task.account] != nil
        let effects = isKnown ? beginTask(account: task.account, agent: task.agent) : beginTask()
        // Without an agent there is no task.
        guard tasks.focused != task.id else { return effects }
        composer.replaceText(with: recap)
        composer.closeMenu()
        let reason = isKnown ? "does not support forking" : "is not in the config"
        return effects + saveDraft() + [
            .notice(
                "“\(task.account)” \(reason): here is a new task with the conversation as its first message."
            )
        ]
    }

    /// Sends a message that was edited in a fork which ends before it, where the service can fork.
    /// - Returns: nil where it becomes a message of the task.
    mutating func sendEdited(_ text: String, in task: ChatTask) -> [Effect]? {
        guard var edited, edited.task == task.id, edited.fork == nil, canFork(task) else {
            self.edited = nil
            return nil
        }
        guard let last = conversation[task.id]?.messages.last(where: { $0.id < edited.message }) else {
            // Nothing comes before it: the fork is a new task.
            self.edited = nil
            composer.clear(remembering: text)
            var effects = tasks.save(.empty)
            effects += beginTask(account: task.account, agent: task.agent)
            return effects + send(text)
        }
        let (fork, effects) = conversation.forking(task, upTo: last.id)
        edited.fork = fork
        edited.text = text
        self.edited = edited
        return effects
    }

    /// The fork for an edited message is there and shown.
    mutating func sendInFork(_ fork: ChatTask.ID, _ edited: EditedMessage) -> [Effect] {
        var effects: [Effect] = []
        if tasks.focused == edited.task, composer.editor.text == edited.text {
            composer.clear(remembering: edited.text)
            effects = tasks.save(.empty)
        }
        self.edited = nil
        return effects + focus(fork) + send(edited.text)
    }

    /// Inserts the selected message, or the last reply, as a quotation.
    mutating func quote() -> [Effect] {
        guard let task = tasks.focused, let transcript = conversation[task],
            let message = transcript.selectedMessage ?? transcript.lastReply, !message.text.isEmpty
        else { return [.notice("There is nothing to quote in this task.")] }
        pane = .input
        conversation.deselect(in: task)
        composer.insert((composer.isEmpty ? "" : "\n") + message.plainText.quoted + "\n\n")
        composer.closeMenu()
        return []
    }
}

extension String {
    /// As a quotation in Markdown.
    fileprivate var quoted: String {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { $0.isEmpty ? ">" : "> " + $0 }.joined(separator: "\n")
    }
}
