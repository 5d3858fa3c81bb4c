import Foundation
import RichText
import SessionCore

/// A window of consecutive messages of one task, the reader's place in it, and the layouts near that place.
///
/// The cost of an operation grows with what is on the screen, not with the history: messages come in pages, and layouts far
/// from the screen are dropped.
struct Transcript: Sendable {
    enum Anchor: Hashable, Sendable {
        /// The end is shown and followed as messages arrive.
        case bottom
        /// The first line shown.
        case line(message: Message.ID, line: Int)
    }

    /// The most messages kept; beyond it the far end is dropped.
    static let windowLimit = 400
    /// The most layouts kept.
    static let layoutLimit = 120

    let task: ChatTask.ID
    private(set) var messages: [Message] = []
    private(set) var turns: [Turn.ID: Turn] = [:]
    private(set) var targets = TurnTargets()
    private(set) var hasEarlier = false
    private(set) var hasLater = false
    /// Whether the first page has arrived.
    private(set) var isLoaded = false
    var anchor: Anchor = .bottom
    /// Replies that arrived below while the reader was further up.
    private(set) var arrivedBelow: Set<Message.ID> = []
    /// The page that was asked for and has not arrived.
    private(set) var pending: PageRequest?

    private var layout: MessageBlockLayout
    private(set) var blocks: [Message.ID: MessageBlock] = [:]
    private var agentName: String
    var folding = StepFolding()
    var selection: Selection?
    /// How far the history of the task has been fetched from its service.
    private(set) var history: FetchState?
    /// The height at the last layout, for scrolling by pages and staying within bounds.
    private(set) var rows = 1

    init(task: ChatTask.ID, agentName: String, layout: MessageBlockLayout) {
        self.task = task
        self.agentName = agentName
        self.layout = layout
    }

    var isAtBottom: Bool { anchor == .bottom }
    /// The message at the top; nil when the end is followed.
    var anchoredMessage: Message.ID? { if case .line(let message, _) = anchor { message } else { nil } }
    var lastReply: Message? { messages.last { $0.role == .agent } }

    // MARK: Events

    /// Asks for the newest page when the task has not been loaded.
    mutating func open() -> PageRequest? { isLoaded ? nil : request(.newest) }

    mutating func insert(_ page: MessagePage) {
        guard page.request == pending else { return }
        pending = nil
        for turn in page.turns { turns[turn.id] = turn }
        targets = TurnTargets(among: turns.values)
        switch page.request.place {
        case .newest:
            replaceWindow(page)
            anchor = .bottom
        case .around(let id):
            replaceWindow(page)
            anchor = .line(message: id, line: 0)
        case .after(.min):
            replaceWindow(page)
            anchor = messages.first.map { .line(message: $0.id, line: 0) } ?? .bottom
        case .before:
            let known = Set(messages.map(\.id))
            messages.insert(contentsOf: page.messages.filter { !known.contains($0.id) }, at: 0)
            hasEarlier = page.hasEarlier
            trim(fromEnd: true)
        case .after:
            let known = Set(messages.map(\.id))
            messages.append(contentsOf: page.messages.filter { !known.contains($0.id) })
            hasLater = page.hasLater
            trim(fromEnd: false)
        }
        rebuildEdges()
    }

    /// The service may have delivered messages before the store's first: a page will show them.
    mutating func historyChanged(to history: FetchState) {
        self.history = history
        if history == .more || history == .complete { hasEarlier = isLoaded }
    }

    private mutating func replaceWindow(_ page: MessagePage) {
        isLoaded = true
        messages = page.messages
        hasEarlier = page.hasEarlier
        hasLater = page.hasLater
        blocks = [:]
        if !hasLater { arrivedBelow = [] }
    }

    /// Inserts a new message, or replaces it as a whole.
    mutating func put(_ message: Message) {
        if let index = index(of: message.id) {
            let old = messages[index]
            messages[index] = message
            let isSame = old.state == message.state && old.text == message.text
            if !isSame, blocks[message.id]?.grow(from: old, to: message) == false { blocks[message.id] = nil }
            reframe(at: index)
            return
        }
        guard isLoaded else { return }
        if !isAtBottom, message.role == .agent { arrivedBelow.insert(message.id) }
        let isLast = message.id > (messages.last?.id ?? .min)
        guard isLast ? !hasLater : !hasEarlier || message.id > (messages.first?.id ?? .min) else { return }
        insert(message)
        if isLast, message.role == .user { scrollToBottom() }
        trim(fromEnd: !isAtBottom)
    }

    /// The order is by id: a reply comes before the messages that were queued behind it.
    private mutating func insert(_ message: Message) {
        let place = messages.lastIndex { $0.id < message.id }.map { $0 + 1 } ?? 0
        messages.insert(message, at: place)
        if place > 0 { reframe(at: place - 1) }
        if place + 1 < messages.count { reframe(at: place + 1) }
    }

    /// Appends a chunk of a streaming reply; what the message holds already is skipped.
    /// - Parameter offset: where the chunk begins in the message, in UTF-8 bytes.
    /// - Returns: whether text before the chunk is missing, so that the page has to be loaded again.
    mutating func append(_ text: String, at offset: Int, to id: Message.ID) -> Bool {
        guard let index = index(of: id) else { return false }
        let have = messages[index].text.utf8.count
        guard offset <= have else { return true }
        let known = have - offset
        guard known < text.utf8.count else { return false }
        let new = known == 0 ? text : String(decoding: text.utf8.dropFirst(known), as: UTF8.self)
        messages[index].text += new
        blocks[id]?.append(new)
        return false
    }

    mutating func put(_ turn: Turn) {
        guard isLoaded else { return }
        turns[turn.id] = turn
        let old = targets
        targets = TurnTargets(among: turns.values)
        reframe(turn.id)
        guard old != targets else { return }
        // The hints move to the turns that the keys now act on.
        for id in old.all.union(targets.all) where id != turn.id { reframe(id) }
    }

    /// Lays out what surrounds the messages of a turn again.
    private mutating func reframe(_ id: Turn.ID?) {
        guard let turn = id.flatMap({ turns[$0] }) else { return }
        for message in [turn.message, turn.reply].compactMap(\.self) {
            if let index = index(of: message) { reframe(at: index) }
        }
    }

    mutating func remove(_ id: Message.ID) {
        guard let index = index(of: id) else { return }
        messages.remove(at: index)
        blocks[id] = nil
        if case .line(id, _) = anchor {
            anchor =
                messages.isEmpty
                ? .bottom : .line(message: messages[min(index, messages.count - 1)].id, line: 0)
        }
        rebuildEdges()
    }

    /// Asks for the page at the reader's place again.
    mutating func reload() -> PageRequest? {
        pending = nil
        if case .line(let id, _) = anchor { return request(.around(id)) }
        return request(.newest)
    }

    /// Drops the layouts when the width, the steps or the agent's name changed; the reader keeps the place.
    mutating func relayout(_ new: MessageBlockLayout, agentName: String) {
        if new.showsSteps != layout.showsSteps { folding = StepFolding(isOpen: new.showsSteps) }
        guard new.width != layout.width || new.showsSteps != layout.showsSteps || agentName != self.agentName
        else { return }
        if new.width != layout.width, case .line(let id, let line) = anchor, let block = blocks[id] {
            // The first line stays at the same share of its message.
            let share = Double(line) / Double(max(1, block.lineCount))
            layout = new
            blocks = [:]
            if let index = index(of: id) {
                let count = self.block(at: index).lineCount
                anchor = .line(message: id, line: min(count - 1, Int(share * Double(count))))
            }
        }
        layout = new
        self.agentName = agentName
        blocks = [:]
    }

    // MARK: Reading

    struct Row: Sendable {
        var line: StyledLine
        var message: Message.ID
        var isIndented: Bool
        var isSelected = false
    }

    /// The rows to show, from the top, at most `count`. Moves an anchor that is out of bounds.
    mutating func visible(rows count: Int) -> [Row] {
        rows = max(1, count)
        guard !messages.isEmpty else { return [] }
        settle()
        var (index, line) = topPlace()
        var shown: [Row] = []
        while index < messages.count, shown.count < rows {
            let block = block(at: index)
            let selected = selectedLine(of: block, messages[index].id)
            while line < block.lineCount, shown.count < rows {
                shown.append(
                    Row(
                        line: block[line], message: messages[index].id,
                        isIndented: line >= block.title.count, isSelected: line == selected))
                line += 1
            }
            line = 0
            index += 1
        }
        forgetFarLayouts()
        return shown
    }

    /// The page to load before the reader gets there; nil when there is enough.
    mutating func wantedPage() -> PageRequest? {
        guard isLoaded, pending == nil, let first = messages.first, let last = messages.last else {
            return nil
        }
        let top = topPlace().index
        if hasEarlier, top < 10 { return request(.before(first.id)) }
        if hasLater, messages.count - top < 10 + rows { return request(.after(last.id)) }
        return nil
    }

    mutating func scroll(by lines: Int) {
        guard !messages.isEmpty, lines != 0 else { return }
        settle()
        var (index, line) = topPlace()
        line += lines
        while line < 0, index > 0 {
            index -= 1
            line += block(at: index).lineCount
        }
        while index < messages.count - 1, line >= block(at: index).lineCount {
            line -= block(at: index).lineCount
            index += 1
        }
        anchor = .line(message: messages[index].id, line: max(0, line))
        settle()
    }

    mutating func scrollPage(_ direction: Int) { scroll(by: direction * max(1, rows - 2)) }

    /// - Returns: the page to load when the end is not in the window.
    @discardableResult
    mutating func scrollToBottom() -> PageRequest? {
        if hasLater {
            pending = nil
            return request(.newest)
        }
        anchor = .bottom
        arrivedBelow = []
        return nil
    }

    mutating func scrollToTop() -> PageRequest? {
        guard let first = messages.first else { return nil }
        anchor = .line(message: first.id, line: 0)
        guard hasEarlier else { return nil }
        pending = nil
        // From the oldest message on.
        return request(.after(.min))
    }

    /// Goes to a message.
    /// - Returns: the page to load when it is not in the window.
    mutating func jump(to id: Message.ID) -> PageRequest? {
        guard index(of: id) == nil || !isLoaded else {
            anchor = .line(message: id, line: 0)
            return nil
        }
        pending = nil
        return request(.around(id))
    }

    /// The replies near the end, newest first, with their layouts.
    mutating func nearbyLayouts(limit: Int = 50) -> [(message: Message, layout: MarkdownLayout)] {
        messages.suffix(limit).reversed().compactMap { message in
            guard message.role == .agent, let index = index(of: message.id) else { return nil }
            return block(at: index).markdown.map { (message, $0) }
        }
    }

    // MARK: Layout

    func index(of id: Message.ID) -> Int? {
        var low = 0
        var high = messages.count
        while low < high {
            let middle = (low + high) / 2
            if messages[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < messages.count && messages[low].id == id ? low : nil
    }

    private mutating func request(_ place: PageRequest.Place) -> PageRequest? {
        guard pending == nil else { return nil }
        let request = PageRequest(task: task, place: place)
        pending = request
        return request
    }

    mutating func block(at index: Int) -> MessageBlock {
        let message = messages[index]
        if let block = blocks[message.id] { return block }
        let block = layout.block(
            for: message, after: index > 0 ? messages[index - 1] : nil,
            turn: message.turn.flatMap { turns[$0] },
            agent: agentName, isLast: index == messages.count - 1, targets: targets, folding: folding)
        blocks[message.id] = block
        return block
    }

    /// Lays out title, steps and tail of a message again; the layout of its text stays.
    mutating func reframe(at index: Int) {
        let message = messages[index]
        guard blocks[message.id] != nil else { return }
        let turn = message.turn.flatMap { turns[$0] }
        blocks[message.id]?.title = layout.title(
            of: message, after: index > 0 ? messages[index - 1] : nil, turn: turn, agent: agentName)
        blocks[message.id]?.head = layout.steps(of: message, folding)
        blocks[message.id]?.tail = layout.tail(
            of: message, turn: turn, isLast: index == messages.count - 1, targets: targets)
    }

    /// Only the first message has a day line without one before it, only the last one has suggestions.
    private mutating func rebuildEdges() {
        guard !messages.isEmpty else { return }
        reframe(at: 0)
        reframe(at: messages.count - 1)
    }

    /// The place of the first row shown.
    mutating func topPlace() -> (index: Int, line: Int) {
        if case .line(let id, let line) = anchor, let index = index(of: id) {
            return (index, min(line, max(0, block(at: index).lineCount - 1)))
        }
        var room = rows
        for index in messages.indices.reversed() {
            let count = block(at: index).lineCount
            if count >= room { return (index, count - room) }
            room -= count
        }
        return (0, 0)
    }

    /// An anchor that would leave rows empty below the end follows the end instead.
    mutating func settle() {
        guard case .line(let id, _) = anchor else { return }
        guard index(of: id) != nil else {
            anchor = .bottom
            return
        }
        guard !hasLater else { return }
        var (index, line) = topPlace()
        var below = 0
        while index < messages.count, below <= rows {
            below += block(at: index).lineCount - line
            line = 0
            index += 1
        }
        if below <= rows {
            anchor = .bottom
            arrivedBelow = []
        }
    }

    private mutating func trim(fromEnd: Bool) {
        let excess = messages.count - Self.windowLimit
        guard excess > 0 else { return }
        let dropped = fromEnd ? messages.suffix(excess) : messages.prefix(excess)
        for message in dropped { blocks[message.id] = nil }
        if fromEnd {
            messages.removeLast(excess)
            hasLater = true
        } else {
            messages.removeFirst(excess)
            hasEarlier = true
        }
        let kept = Set(messages.compactMap(\.turn))
        turns = turns.filter { kept.contains($0.key) }
    }

    private mutating func forgetFarLayouts() {
        guard blocks.count > Self.layoutLimit else { return }
        let top = topPlace().index
        let near = max(0, top - Self.layoutLimit / 3)..<min(messages.count, top + Self.layoutLimit / 3)
        let kept = Set(messages[near].map(\.id))
        blocks = blocks.filter { kept.contains($0.key) }
    }
}
