import Foundation
import RichText
import SessionCore

/// The conversations: the transcripts of the tasks used last, with what is selected, folded and searched in them, and the rows on
/// the screen. Knows no list: the model says which task is shown.
struct ConversationPane: Sendable {
    /// Transcripts kept, so that going back and forth between tasks is instant.
    static let transcriptLimit = 8
    /// The bytes of text that are kept of tasks other than the shown one.
    static let keptBytes = 16 << 20

    private(set) var transcripts: [ChatTask.ID: Transcript] = [:]
    /// The tasks with a transcript, the one used last at the end.
    private var recent: [ChatTask.ID] = []
    /// The last search in the shown task.
    private(set) var search: ConversationSearch?
    /// Whether all steps are open.
    private var showsSteps = false
    /// The task of a fork that was asked for; it is shown when it arrives.
    private var awaitedFork: ChatTask.ID?
    var awaitsFork: Bool { awaitedFork != nil }
    /// The rows of the shown task, settled by ``layout(_:in:_:)``.
    private(set) var rows: [Transcript.Row] = []
    private var width = 1
    /// The turns whose reply arrives over a connection of its own, and their tasks.
    private var streaming: [Turn.ID: ChatTask.ID] = [:]
    /// The tasks in which a reply would break off if the program ended now.
    var arriving: Set<ChatTask.ID> { Set(streaming.values) }

    subscript(task: ChatTask.ID) -> Transcript? { transcripts[task] }

    /// Whether the task is known to have no messages.
    func isEmpty(_ task: ChatTask.ID) -> Bool {
        transcripts[task].map { $0.isLoaded && $0.messages.isEmpty } ?? false
    }

    /// Whether the task has a turn under way, whether or not its message is in the loaded window.
    func isRunning(_ task: ChatTask) -> Bool {
        task.state == .running || transcripts[task.id]?.turns.values.contains { !$0.state.isOver } ?? false
    }

    // MARK: The shown task

    /// Shows a task where its reader left it.
    mutating func open(_ task: ChatTask, _ context: PaneContext) -> [Effect] {
        recent.removeAll { $0 == task.id }
        recent.append(task.id)
        forgetOldest()
        if transcripts[task.id] == nil {
            transcripts[task.id] = Transcript(
                task: task.id, agentName: task.agent.name, layout: blockLayout(context))
        }
        showNews(of: task)
        return .loading(transcripts[task.id]?.open())
    }

    /// Drops the transcripts used longest ago while there are too many or they hold too much text.
    private mutating func forgetOldest() {
        var bytes = recent.dropLast().reduce(0) { $0 + (transcripts[$1]?.byteCount ?? 0) }
        while recent.count > 1, recent.count > Self.transcriptLimit || bytes > Self.keptBytes {
            let oldest = recent.removeFirst()
            bytes -= transcripts[oldest]?.byteCount ?? 0
            transcripts[oldest] = nil
        }
    }

    /// Marks what is new in a task, and goes there.
    mutating func showNews(of task: ChatTask) {
        if task.unread > 0 {
            transcripts[task.id]?.expectNews(after: task.lastRead)
        } else {
            transcripts[task.id]?.forgetNews()
        }
    }

    /// Another task will be shown.
    mutating func endSearch() { search = nil }

    /// The reader goes back to the input.
    mutating func deselect(in task: ChatTask.ID?) {
        search = nil
        if let task { transcripts[task]?.selection = nil }
    }

    mutating func forget(_ task: ChatTask.ID) {
        transcripts[task] = nil
        recent.removeAll { $0 == task }
    }

    /// Another program has written into a task: a shown transcript is loaded again, a kept one is dropped.
    mutating func reload(_ task: ChatTask.ID, isShown: Bool) -> [Effect] {
        guard isShown else {
            forget(task)
            return []
        }
        return .loading(transcripts[task]?.reload())
    }

    // MARK: Events

    mutating func apply(_ event: SessionEvent) -> [Effect] {
        switch event {
        case .message(let message): transcripts[message.task]?.put(message)
        case .chunk(let task, let message, let offset, let text):
            let isMissing = transcripts[task]?.append(text, at: offset, to: message) ?? false
            return isMissing ? .loading(transcripts[task]?.reload()) : []
        case .steps(let task, let message, let steps): transcripts[task]?.put(steps, of: message)
        case .messageRemoved(let task, let message): transcripts[task]?.remove(message)
        case .turn(let turn):
            transcripts[turn.task]?.put(turn)
            let isArriving = turn.mode == .streamed && [.sending, .streaming].contains(turn.state)
            streaming[turn.id] = isArriving ? turn.task : nil
        case .page(let page): transcripts[page.request.task]?.insert(page)
        case .history(let task, let state): transcripts[task]?.historyChanged(to: state)
        case .places(let places): return found(places)
        case .tasks, .changed, .task, .taskRemoved, .found, .preview, .listing, .returned, .unstored,
            .problem:
            break
        }
        return []
    }

    /// Goes to a message that was found, and to the words in it as soon as their places are known.
    mutating func goToHit(_ message: Message.ID, of words: String, in task: ChatTask.ID) -> [Effect] {
        search = ConversationSearch(words, at: message)
        transcripts[task]?.forgetNews()
        let request = SearchRequest(words: words, task: task, limit: ConversationSearch.messageLimit)
        return .loading(transcripts[task]?.jump(to: message)) + [.submit(.locate(request))]
    }

    private mutating func found(_ places: SearchPlaces) -> [Effect] {
        guard let task = places.request.task, places.request.words == search?.words else { return [] }
        search?.found(places.matches)
        return showMatch(in: task)
    }

    /// Goes to the next match (1) or the one before (-1).
    /// - Returns: nil if nothing was searched for.
    mutating func goToMatch(_ step: Int, in task: ChatTask.ID) -> [Effect]? {
        guard search?.match != nil else { return nil }
        let passed = search?.step(step)
        return showMatch(in: task, passed: passed)
    }

    private mutating func showMatch(in task: ChatTask.ID, passed: String? = nil) -> [Effect] {
        guard let search, let position = search.position else { return [] }
        let notice = position + (passed.map { ", " + $0 } ?? "")
        return .loading(transcripts[task]?.jump(to: search)) + [.notice(notice)]
    }

    /// - Returns: whether the task is the fork that is awaited, which it then no longer is.
    mutating func isAwaitedFork(_ task: ChatTask.ID) -> Bool {
        guard task == awaitedFork else { return false }
        awaitedFork = nil
        return true
    }

    // MARK: Actions

    private static let motions: Set<Action> = [.pageUp, .pageDown, .lineUp, .lineDown, .top, .bottom]

    mutating func perform(_ action: Action, in task: ChatTask, _ context: PaneContext) -> [Effect] {
        if Self.motions.contains(action) { transcripts[task.id]?.passNews() }
        switch action {
        case .pageUp: transcripts[task.id]?.scrollPage(-1)
        case .pageDown: transcripts[task.id]?.scrollPage(1)
        case .lineUp: transcripts[task.id]?.scroll(by: -1)
        case .lineDown: transcripts[task.id]?.scroll(by: 1)
        case .top: return .loading(transcripts[task.id]?.scrollToTop())
        case .bottom: return .loading(transcripts[task.id]?.scrollToBottom())
        case .firstNew:
            guard transcripts[task.id]?.goToNews() == true else {
                return [.notice("There is nothing new in this task.")]
            }
        case .previousMessage: transcripts[task.id]?.select(-1)
        case .nextMessage: transcripts[task.id]?.select(1)
        case .previousBlock, .nextBlock: return selectBlock(action == .nextBlock ? 1 : -1, in: task.id)
        case .toggleSteps: showsSteps.toggle()
        case .toggleBlocks: transcripts[task.id]?.toggleBlocks()
        case .toggleSelected: return toggleSelected(in: task.id, context.keymap)
        case .loadEarlier: return loadEarlier(task, context.accounts)
        case .copyReply: return copyReply(of: task.id)
        case .stop: return stop(task)
        case .retry: return retry(in: task.id)
        case .takeBack: return takeBack(in: task.id)
        case .forkTask: return fork(task)
        default: break
        }
        return []
    }

    mutating func scrollToBottom(of task: ChatTask.ID) -> [Effect] {
        .loading(transcripts[task]?.scrollToBottom())
    }

    private mutating func selectBlock(_ direction: Int, in task: ChatTask.ID) -> [Effect] {
        guard transcripts[task]?.selectBlock(direction) != true else { return [] }
        return [.notice("There is no block of code \(direction > 0 ? "further down" : "further up") here.")]
    }

    /// The block of code that is selected.
    mutating func selectedCode(in task: ChatTask.ID) -> CodeBlock? { transcripts[task]?.selectedCode }

    /// Opens or closes the selected step or block, or the steps of the selected message.
    private mutating func toggleSelected(in task: ChatTask.ID, _ keymap: Keymap) -> [Effect] {
        if transcripts[task]?.selection == nil {
            let keys = [keymap.label(of: .previousMessage), keymap.label(of: .nextMessage)].compactMap(\.self)
            return [
                .notice("Nothing is selected: \(keys.joined(separator: " and ")) select a message or a step.")
            ]
        }
        guard transcripts[task]?.toggleSelected() == true else {
            return [.notice("There is nothing to open or close here.")]
        }
        return []
    }

    private func loadEarlier(_ task: ChatTask, _ accounts: Accounts) -> [Effect] {
        guard accounts[task.account]?.capabilities.contains(.history) ?? false, task.serviceID != nil else {
            return [.notice("The service has no earlier messages of this task.")]
        }
        return [.submit(.loadEarlier(task.id))]
    }

    private func copyReply(of task: ChatTask.ID) -> [Effect] {
        guard let reply = transcripts[task]?.lastReply else {
            return [.notice("There is no reply to copy yet.")]
        }
        return [.copy(reply.plainText, name: "the last reply")]
    }

    // MARK: Turns

    private func stop(_ task: ChatTask) -> [Effect] {
        isRunning(task) ? [.submit(.stop(task.id))] : [.notice("Nothing is running here.")]
    }

    private func retry(in task: ChatTask.ID) -> [Effect] {
        guard let turn = turn(\.retry, of: task, where: { $0.canBeRetried || $0.state == .queued }) else {
            return [.notice("Nothing to retry in this task.")]
        }
        return [.submit(.retry(turn))]
    }

    private func takeBack(in task: ChatTask.ID) -> [Effect] {
        guard let turn = turn(\.takeBack, of: task, where: \.canBeTakenBack) else {
            return [.notice("There is no unsent message to take back.")]
        }
        return [.submit(.takeBack(turn))]
    }

    /// The turn that a key acts on: that of the selected message, else the newest that it can act on.
    private func turn(
        _ target: KeyPath<TurnTargets, Turn.ID?>, of task: ChatTask.ID, where canBe: (Turn) -> Bool
    ) -> Turn.ID? {
        guard let transcript = transcripts[task] else { return nil }
        if let selected = transcript.selectedTurn, canBe(selected) { return selected.id }
        return transcript.targets[keyPath: target]
    }

    /// Starts a task that holds this one up to the selected message, or all of it.
    private mutating func fork(_ task: ChatTask) -> [Effect] {
        guard let transcript = transcripts[task.id] else { return [] }
        guard task.serviceID != nil, !transcript.messages.isEmpty else {
            return [.notice("There is nothing to fork in this task yet.")]
        }
        return forking(task, upTo: transcript.selection?.message).effects
    }

    /// Asks for a task that holds this one up to a message, which is shown when it is there.
    mutating func forking(
        _ task: ChatTask, upTo message: Message.ID?
    ) -> (fork: ChatTask.ID, effects: [Effect]) {
        let fork = ChatTask.ID.random()
        awaitedFork = fork
        return (
            fork,
            [
                .submit(.fork(task.id, upTo: message, as: fork)),
                .notice(
                    message == nil ? "Forking the task…" : "Forking the task from the selected message…",
                    about: .fork),
            ]
        )
    }

    // MARK: Without a screen

    /// Follows the end: what is new is not looked for.
    mutating func followEnd(of task: ChatTask.ID) -> [Effect] {
        transcripts[task]?.forgetNews()
        return scrollToBottom(of: task)
    }

    mutating func select(_ message: Message.ID, in task: ChatTask.ID) {
        transcripts[task]?.selection = Selection(message: message, part: .message)
    }

    /// Asks for the page before the first message that is here.
    mutating func loadBefore(in task: ChatTask.ID) -> [Effect] {
        .loading(transcripts[task]?.requestBefore())
    }

    // MARK: Layout

    /// Lays out the rows on the screen, and asks for the page that reading on will need.
    mutating func layout(_ task: ChatTask, in size: Size, _ context: PaneContext) -> [Effect] {
        width = size.columns
        let blocks = blockLayout(context)
        transcripts[task.id]?.relayout(blocks, agentName: task.agent.name)
        rows = transcripts[task.id]?.visible(rows: size.rows) ?? []
        return .loading(transcripts[task.id]?.wantedPage())
    }

    /// The last whole reply, or the place of the one that a failed turn should have had, when the task is shown to its end and the
    /// person has not read that far.
    func unreadEnd(of task: ChatTask) -> Message.ID? {
        guard let transcript = transcripts[task.id], transcript.isLoaded, transcript.isAtBottom,
            !transcript.hasLater, !transcript.news.isSearched
        else { return nil }
        let last = transcript.messages.last { $0.role == .agent && $0.state != .streaming }?.id
        let failed = task.hasUnseenFailure ? task.lastTurn.map(Turn.replyID) : nil
        guard let end = [last, failed].compactMap(\.self).max() else { return nil }
        return end > (task.lastRead ?? .min) ? end : nil
    }

    /// The messages near the end, newest first, with the layouts of replies: the source of links and code blocks.
    mutating func nearbyLayouts(of task: ChatTask.ID) -> [(message: Message, layouts: [MarkdownLayout])] {
        transcripts[task]?.nearbyLayouts() ?? []
    }

    /// When the time of a turn that is on the screen has to be shown anew; nil if none is.
    func nextTick(of task: ChatTask.ID) -> Date? { transcripts[task]?.nextTick }

    func blockLayout(_ context: PaneContext) -> MessageBlockLayout {
        MessageBlockLayout(
            width: width, prose: context.isBare ? .max : context.appearance.textWidth ?? .max,
            marks: context.marks, languages: context.languages, isBare: context.isBare,
            labels: context.labels, now: context.now, showsSteps: showsSteps,
            foldLines: context.appearance.foldLines,
            retryKey: context.keymap.hint(.retry), takeBackKey: context.keymap.hint(.takeBack),
            suggestionKey: context.keymap.hint(.pickSuggestion))
    }
}
