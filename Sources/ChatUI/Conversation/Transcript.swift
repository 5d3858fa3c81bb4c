import Foundation
import RichText
import SessionCore

/// A window of consecutive messages of one task, where the reader stands in it, and the layouts of what is near.
///
/// Whatever it does costs as much as what is on the screen, not as much as the history: messages come in pages, and layouts
/// far from the screen are let go.
struct Transcript: Sendable {
    enum Anchor: Hashable, Sendable {
        /// The end is shown and followed.
        case bottom
        /// This line of this message is the first one shown.
        case line(message: Message.ID, line: Int)
    }

    /// The most messages kept; the far end is let go beyond it.
    static let windowLimit = 400
    /// Layouts kept beside those on the screen.
    static let layoutLimit = 120

    let task: ChatTask.ID
    private(set) var messages: [Message] = []
    private(set) var turns: [Turn.ID: Turn] = [:]
    private(set) var targets = TurnTargets()
    private(set) var hasEarlier = false
    private(set) var hasLater = false
    /// Whether the first page has come.
    private(set) var isLoaded = false
    var anchor: Anchor = .bottom
    /// Answers that came below while the reader stood further up.
    private(set) var arrivedBelow: Set<Message.ID> = []
    /// The page that was asked for and has not come.
    private(set) var pending: PageRequest?

    private var layout: MessageBlockLayout
    /// The layouts that are kept.
    private(set) var blocks: [Message.ID: MessageBlock] = [:]
    private var agentName: String
    var folding = StepFolding()
    /// What is selected, for keys that do something with it.
    var selection: Selection?
    /// How far the history of the task is fetched from its service.
    private(set) var history: FetchState?
    /// The rows shown at the last preparation, for scrolling by pages and for staying within bounds.
    private(set) var rows = 1

    init(task: ChatTask.ID, agentName: String, layout: MessageBlockLayout) {
        self.task = task
        self.agentName = agentName
        self.layout = layout
    }

    var isAtBottom: Bool { anchor == .bottom }
    var lastReply: Message? { messages.last { $0.role == .agent } }

    // MARK: What the session manager tells

    /// Asks for the newest page of a task that has just been opened.
    mutating func open() -> PageRequest? { isLoaded ? nil : request(.newest) }

    mutating func take(_ page: MessagePage) {
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

    /// The service has given more of what lies before the store's first message: a page tells what.
    mutating func take(_ history: FetchState) {
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

    mutating func take(_ message: Message) {
        if let index = index(of: message.id) {
            let old = messages[index]
            messages[index] = message
            if old.text == message.text, message.state == old.state {
                frame(at: index)
            } else {
                blocks[message.id] = nil
            }
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

    /// A reply stands by its number: before the messages that were queued behind it.
    private mutating func insert(_ message: Message) {
        let place = messages.lastIndex { $0.id < message.id }.map { $0 + 1 } ?? 0
        messages.insert(message, at: place)
        if place > 0 { frame(at: place - 1) }
        if place + 1 < messages.count { frame(at: place + 1) }
    }

    /// - Returns: whether something was missed in between, so that the page is to be read again.
    mutating func take(chunk text: String, at offset: Int, of id: Message.ID) -> Bool {
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

    mutating func take(_ turn: Turn) {
        guard isLoaded else { return }
        turns[turn.id] = turn
        let old = targets
        targets = TurnTargets(among: turns.values)
        frame(turn.id)
        guard old != targets else { return }
        // The hints move with the keys.
        for id in old.all.union(targets.all) where id != turn.id { frame(id) }
    }

    /// Lays out anew what stands around the messages of a turn.
    private mutating func frame(_ id: Turn.ID?) {
        guard let turn = id.flatMap({ turns[$0] }) else { return }
        for message in [turn.message, turn.reply].compactMap(\.self) {
            if let index = index(of: message) { frame(at: index) }
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

    /// Asks for everything anew where the reader stands.
    mutating func reload() -> PageRequest? {
        pending = nil
        if case .line(let id, _) = anchor { return request(.around(id)) }
        return request(.newest)
    }

    mutating func relayout(_ new: MessageBlockLayout, agentName: String) {
        if new.showsSteps != layout.showsSteps { folding = StepFolding(isOpen: new.showsSteps) }
        guard new.width != layout.width || new.showsSteps != layout.showsSteps || agentName != self.agentName
        else { return }
        if new.width != layout.width, case .line(let id, let line) = anchor, let block = blocks[id] {
            // The line that was first keeps its place in the message as well as another width lets it.
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

    /// The rows to show, from the top, at most `count`. Settles the anchor within what there is.
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

    /// The page that is wanted so that reading goes on without waiting; nil when there is enough.
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

    /// - Returns: the page to ask for when the end is not in the window.
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
        // The oldest message has the lowest number there is.
        return request(.after(.min))
    }

    /// Goes to a message; asks for its surroundings when it is not in the window.
    mutating func jump(to id: Message.ID) -> PageRequest? {
        guard index(of: id) == nil || !isLoaded else {
            anchor = .line(message: id, line: 0)
            return nil
        }
        pending = nil
        return request(.around(id))
    }

    /// The layouts of what is on the screen now and next to it, newest first: what links and code blocks are listed from.
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

    /// Lays out anew what stands around a message's text, which stays as it is.
    mutating func frame(at index: Int) {
        let message = messages[index]
        guard blocks[message.id] != nil else { return }
        let turn = message.turn.flatMap { turns[$0] }
        blocks[message.id]?.title = layout.title(
            of: message, after: index > 0 ? messages[index - 1] : nil, turn: turn, agent: agentName)
        blocks[message.id]?.head = layout.steps(of: message, folding)
        blocks[message.id]?.tail = layout.tail(
            of: message, turn: turn, isLast: index == messages.count - 1, targets: targets)
    }

    /// The first message's day line and the last one's suggestions depend on their being first and last.
    private mutating func rebuildEdges() {
        guard !messages.isEmpty else { return }
        frame(at: 0)
        frame(at: messages.count - 1)
    }

    /// Where the first shown row stands.
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

    /// An anchor so far down that the end would leave rows empty follows the end instead.
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
