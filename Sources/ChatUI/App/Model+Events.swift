import Foundation
import RichText
import SessionCore

/// What arrives, taken into the model.
extension Model {
    /// - Returns: whether something that is on the screen may have changed.
    mutating func take(_ mail: Mail) -> Bool {
        switch mail {
        case .session(let event): return take(event)
        case .setup(let answer): take(answer)
        case .agents(let answer): take(answer)
        }
        return true
    }

    /// - Returns: whether something that is on the screen may have changed.
    mutating func take(_ event: SessionEvent) -> Bool {
        switch event {
        case .tasks(let all): take(all)
        case .task(let task): take(task)
        case .taskRemoved(let id): removed(id)
        case .message(let message): transcripts[message.task]?.take(message)
        case .chunk(let task, let message, let offset, let text):
            return take(chunk: text, at: offset, of: message, in: task)
        case .messageRemoved(let task, let message): transcripts[task]?.remove(message)
        case .turn(let turn): transcripts[turn.task]?.take(turn)
        case .page(let page): transcripts[page.request.task]?.take(page)
        case .found(let answer): take(answer)
        case .listing(let account, let state): take(state, of: account)
        case .history(let task, let state): transcripts[task]?.take(state)
        case .draft(let task, let draft): take(draft, of: task)
        case .problem(let text): say(text, .statusError)
        }
        return true
    }

    private mutating func take(_ all: [ChatTask]) {
        let changed = all.filter { task in tasks[task.id].map { $0.updatedAt < task.updatedAt } ?? false }
        tasks.replace(with: all)
        if !isReady { askServices() }
        isReady = true
        for task in changed { readAnew(task.id) }
        if let focused = tasks.focused {
            if transcripts[focused] == nil { show(focused) }
            return
        }
        if let first = tasks.order.first {
            focus(first)
        } else {
            beginTask()
        }
    }

    /// Another program has written into a task that is loaded.
    private mutating func readAnew(_ id: ChatTask.ID) {
        guard id == tasks.focused else {
            transcripts[id] = nil
            recent.removeAll { $0 == id }
            return
        }
        if let request = transcripts[id]?.reload() { submit(.load(request)) }
    }

    private mutating func take(_ task: ChatTask) {
        var task = task
        if task.id == tasks.focused {
            // The draft being written here is newer than the one on its way back from the store.
            task.draft = Draft(text: editor.text, cursor: editor.cursor)
        }
        let wasRunning = tasks[task.id]?.state == .running
        tasks.put(task)
        if tasks.focused == nil { focus(task.id) }
        if task.id == awaitedFork {
            awaitedFork = nil
            focus(task.id)
            pane = .input
            say("This task goes on from there; the other one stays as it is.")
        }
        if wasRunning, task.state != .running { announce(task) }
    }

    /// A turn that ended where the person does not look makes itself heard.
    private mutating func announce(_ task: ChatTask) {
        let isSeen = task.id == tasks.focused && hasFocus
        guard !isSeen, task.state != .stopped else { return }
        let key = keymap.hint(.nextAttention).map { " (\($0) goes there)" } ?? ""
        switch task.state {
        case .failed, .unconfirmed: say("“\(task.shownTitle)” failed\(key)", .statusError)
        case .waiting: say("“\(task.shownTitle)” waits for your answer\(key)", .statusRunning)
        default: say("“\(task.shownTitle)” has an answer\(key)", .statusRunning)
        }
        effects.append(.bell)
    }

    private mutating func removed(_ id: ChatTask.ID) {
        let wasFocused = tasks.focused == id
        tasks.remove(id)
        transcripts[id] = nil
        recent.removeAll { $0 == id }
        guard wasFocused else { return }
        if let next = tasks.focused {
            show(next)
        } else {
            beginTask()
        }
    }

    private mutating func take(
        chunk text: String, at offset: Int, of message: Message.ID, in task: ChatTask.ID
    ) -> Bool {
        let missed = transcripts[task]?.take(chunk: text, at: offset, of: message) ?? false
        if missed, let request = transcripts[task]?.reload() { submit(.load(request)) }
        return task == tasks.focused
    }

    private mutating func take(_ answer: SearchAnswer) {
        guard case .picker(var picker)? = dialog, picker.source == .search(task: answer.request.task),
            picker.query.text == answer.request.words
        else { return }
        picker.show(
            answer.hits.map { hit in
                Picker.Item(
                    choice: .hit(task: hit.task, message: hit.message), label: hit.snippet,
                    detail: (answer.request.task == nil ? hit.taskTitle + "  " : "")
                        + labels.age(hit.at, now: now),
                    matches: hit.matches.flatMap { Array($0) })
            })
        dialog = .picker(picker)
        if answer.request.task == tasks.focused {
            search = (answer.request.words, answer.hits.map(\.message).sorted())
        }
    }

    private mutating func take(_ draft: Draft, of task: ChatTask.ID) {
        guard task == tasks.focused else {
            guard var other = tasks[task] else { return }
            other.draft = draft
            tasks.put(other)
            return
        }
        editor.setText(draft.text, cursor: draft.cursor)
        history.stopWalking()
        isDraftDirty = false
    }

    // MARK: The focused task

    /// Goes to a task: keeps the draft of the one before, shows the new one where its reader left it.
    mutating func focus(_ id: ChatTask.ID) {
        guard tasks[id] != nil else { return }
        if let old = tasks.focused, old != id { leave(old) }
        tasks.focus(id)
        show(id)
    }

    private mutating func leave(_ id: ChatTask.ID) {
        saveDraft()
        if isBlank(id) { submit(.discardIfEmpty(id)) }
        historySearch = nil
        search = nil
    }

    /// Whether nothing was said or written in the focused task yet.
    func isBlank(_ id: ChatTask.ID) -> Bool {
        guard let transcript = transcripts[id], transcript.isLoaded else { return false }
        return transcript.messages.isEmpty && editor.isEmpty
    }

    private mutating func show(_ id: ChatTask.ID) {
        guard let task = tasks[id] else { return }
        let killRing = editor.killRing
        editor = LineEditor()
        editor.killRing = killRing
        editor.setText(task.draft.text, cursor: task.draft.cursor)
        history.stopWalking()
        isDraftDirty = false
        keepTranscript(of: task)
        if let request = transcripts[id]?.open() { submit(.load(request)) }
    }

    /// Keeps the transcripts of the tasks last looked at, so that going back and forth is instant.
    private mutating func keepTranscript(of task: ChatTask) {
        recent.removeAll { $0 == task.id }
        recent.append(task.id)
        if recent.count > Self.transcriptLimit { transcripts[recent.removeFirst()] = nil }
        guard transcripts[task.id] == nil else { return }
        transcripts[task.id] = Transcript(task: task.id, agentName: task.agent.name, layout: blockLayout)
    }

    static let transcriptLimit = 8

    func screenLayout(inputRows: Int) -> ScreenLayout {
        ScreenLayout(
            size: size, showsList: showsList, hasSeveralAccounts: hasSeveralAccounts, inputRows: inputRows)
    }

    var blockLayout: MessageBlockLayout {
        MessageBlockLayout(
            width: screenLayout(inputRows: 1).conversation.columns,
            labels: labels,
            showsSteps: showsSteps, retryKey: keymap.hint(.retry), takeBackKey: keymap.hint(.takeBack),
            suggestionKey: keymap.hint(.pickSuggestion))
    }

    /// Keeps what is being written, if it has changed since it was kept last.
    mutating func saveDraft() {
        guard isDraftDirty, let id = tasks.focused else { return }
        isDraftDirty = false
        let draft = Draft(text: editor.text, cursor: editor.cursor)
        if var task = tasks[id] {
            task.draft = draft
            tasks.put(task)
        }
        submit(.setDraft(id, draft))
    }

    /// Leaves the program: the draft is kept, an untouched task is not.
    mutating func leave() {
        if let id = tasks.focused { leave(id) }
        effects.append(.quit)
    }

    /// What has been shown to its end, to a person who looks, has been read.
    mutating func markRead() {
        guard hasFocus, dialog == nil, let task = focusedTask, let transcript = transcripts[task.id],
            transcript.isLoaded,
            transcript.isAtBottom, !transcript.hasLater,
            let last = transcript.messages.last(where: { $0.role == .agent && $0.state != .streaming }),
            last.id > (task.lastRead ?? .min)
        else { return }
        var read = task
        read.lastRead = last.id
        read.unread = 0
        tasks.put(read)
        submit(.markRead(task.id, upTo: last.id))
    }
}
