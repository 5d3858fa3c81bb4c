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
        /// The first line shown: of a page of the message's text.
        case line(message: Message.ID, page: Int = 0, line: Int)
    }

    /// The most messages kept; beyond it the far end is dropped.
    static let windowLimit = 400
    /// The most bytes of text kept, beyond which the far end is dropped, too.
    static let windowBytes = 128 << 20
    /// The bytes of text beyond the screen that are enough.
    static let bytesAhead = 4 << 20
    /// The most layouts kept.
    static let layoutLimit = 120
    /// The most pages of long messages that are laid out.
    static let pageLimit = 16

    let task: ChatTask.ID
    private(set) var messages: [Message] = []
    private(set) var turns: [Turn.ID: Turn] = [:]
    private(set) var targets = TurnTargets()
    /// The turns that are under way, with the seconds that are shown of each.
    private(set) var underWay: [Turn.ID: Int] = [:]
    /// When the time of a turn that is on the screen has to be shown anew.
    var nextTick: Date?
    private(set) var hasEarlier = false
    private(set) var hasLater = false
    /// Whether the first page has arrived.
    private(set) var isLoaded = false
    var anchor: Anchor = .bottom
    /// Replies that arrived below while the reader was further up.
    var arrivedBelow: Set<Message.ID> = []
    /// The page that was asked for and has not arrived.
    var pending: PageRequest?
    /// Whether that page is loaded again, so that the reader stays where they are.
    var isReloading = false

    var layout: MessageBlockLayout
    var blocks: [Message.ID: MessageBlock] = [:]
    /// Where the texts of more than one page are cut.
    var cuts: [Message.ID: TextPages] = [:]
    var agentName: String
    var folding: Folding
    var selection: Selection?
    var news = News()
    /// The search whose match is shown as soon as it is here.
    var soughtMatch: ConversationSearch?
    /// How far the history of the task has been fetched from its service.
    private(set) var history: FetchState?
    /// The height at the last layout, for scrolling by pages and staying within bounds.
    var rows = 1

    init(task: ChatTask.ID, agentName: String, layout: MessageBlockLayout) {
        self.task = task
        self.agentName = agentName
        self.layout = layout
        folding = Folding(showsSteps: layout.showsSteps, limit: layout.foldLines)
    }

    var isAtBottom: Bool { anchor == .bottom }
    /// The bytes of text in the window.
    var byteCount: Int { bytes(messages[...]) }
    /// The message at the top; nil when the end is followed.
    var anchoredMessage: Message.ID? { if case .line(let message, _, _) = anchor { message } else { nil } }
    var lastReply: Message? { messages.last { $0.role == .agent } }

    // MARK: Events

    /// Asks for the newest page when the task has not been loaded.
    mutating func open() -> PageRequest? { isLoaded ? nil : request(.newest) }

    mutating func insert(_ page: MessagePage) {
        guard page.request == pending else { return }
        pending = nil
        let stays =
            isReloading && anchoredMessage.map { id in page.messages.contains { $0.id == id } } ?? false
        isReloading = false
        for turn in page.turns { turns[turn.id] = turn }
        for message in page.messages where message.state == .streaming { folding.watch(message.id) }
        turnsChanged()
        switch page.request.place {
        case .newest:
            replaceWindow(page)
            if !stays { anchor = .bottom }
        case .around(let id):
            replaceWindow(page)
            if !stays { anchor = .line(message: id, line: 0) }
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
        cuts = [:]
        if !hasLater { arrivedBelow = [] }
    }

    /// Inserts a new message, or replaces it as a whole.
    mutating func put(_ message: Message) {
        if message.state == .streaming { folding.watch(message.id) }
        if let index = index(of: message.id) {
            let old = messages[index]
            messages[index] = message
            if message.format != old.format {
                forget(message.id)
            } else {
                textChanged(of: message, from: old.text)
            }
            reframe(at: index)
            return
        }
        guard isLoaded else { return }
        if !isAtBottom, message.role == .agent { arrivedBelow.insert(message.id) }
        let isLast = message.id > (messages.last?.id ?? .min)
        guard isLast ? !hasLater : !hasEarlier || message.id > (messages.first?.id ?? .min) else { return }
        insert(message)
        if isLast, message.role == .user {
            scrollToBottom()
            forgetNews()
        }
        trim(fromEnd: !isAtBottom)
    }

    /// A text that has only grown keeps its layout.
    private mutating func textChanged(of message: Message, from old: String) {
        let (before, after) = (old.utf8.count, message.text.utf8.count)
        guard after >= before, message.text.hasUTF8Prefix(old) else { return forget(message.id) }
        guard after > before else { return }
        let new = String(decoding: message.text.utf8.dropFirst(before), as: UTF8.self)
        blocks[message.id]?.append(new)
        cuts[message.id]?.append(new)
    }

    private mutating func forget(_ message: Message.ID) {
        blocks[message] = nil
        cuts[message] = nil
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
        cuts[id]?.append(new)
        return false
    }

    /// Adds steps to a streaming reply, or changes those it has.
    mutating func put(_ steps: [Step], of id: Message.ID) {
        guard let index = index(of: id) else { return }
        for step in steps {
            if let known = messages[index].extras.steps.firstIndex(where: { $0.id == step.id }) {
                messages[index].extras.steps[known] = step
            } else {
                messages[index].extras.steps.append(step)
            }
        }
        reframe(at: index)
    }

    mutating func put(_ turn: Turn) {
        guard isLoaded else { return }
        turns[turn.id] = turn
        let old = targets
        turnsChanged()
        reframe(turn.id)
        guard old != targets else { return }
        // The hints move to the turns that the keys now act on.
        for id in old.all.union(targets.all) where id != turn.id { reframe(id) }
    }

    private mutating func turnsChanged() {
        targets = TurnTargets(among: turns.values)
        underWay = [:]
        for turn in turns.values where turn.isUnderWay { underWay[turn.id] = 0 }
    }

    /// Shows how long the turns that are under way have run.
    mutating func tick() {
        for (id, shown) in underWay {
            guard let turn = turns[id] else { continue }
            let seconds = Elapsed(from: turn.startedAt, to: layout.now).seconds
            guard seconds != shown else { continue }
            underWay[id] = seconds
            if let index = index(of: turn.reply ?? turn.message) { retail(at: index) }
        }
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
        forget(id)
        if case .line(id, _, _) = anchor {
            anchor =
                messages.isEmpty
                ? .bottom : .line(message: messages[min(index, messages.count - 1)].id, line: 0)
        }
        rebuildEdges()
    }

    /// Asks for the page at the reader's place again.
    mutating func reload() -> PageRequest? {
        pending = nil
        return request(anchoredMessage.map { .around($0) } ?? .newest, reloading: true)
    }

    /// Drops the layouts when the width, the steps or the agent's name changed; the reader keeps the place.
    mutating func relayout(_ new: MessageBlockLayout, agentName: String) {
        if new.showsSteps != layout.showsSteps { folding.showSteps(new.showsSteps) }
        folding.limit = new.foldLines
        layout.now = new.now
        guard
            new.form != layout.form || new.showsSteps != layout.showsSteps
                || new.foldLines != layout.foldLines
                || !new.labels.isWritten(like: layout.labels)
                || agentName != self.agentName
        else { return }
        var share: Double?
        if new.width != layout.width, case .line = anchor {
            // The first line stays at the same share of its page.
            let place = topPlace()
            share = Double(place.line) / Double(max(1, lineCount(place)))
        }
        layout = new
        self.agentName = agentName
        blocks = [:]
        if let share, case .line(let id, let page, _) = anchor, let index = index(of: id) {
            let count = lineCount(Place(index: index, page: page))
            anchor = .line(message: id, page: page, line: min(count - 1, Int(share * Double(count))))
        }
    }

    // MARK: Looking up

    func index(of id: Message.ID) -> Int? {
        var low = 0
        var high = messages.count
        while low < high {
            let middle = (low + high) / 2
            if messages[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < messages.count && messages[low].id == id ? low : nil
    }

    /// The page before the first message that is here; nil if there is none, or a page is on its way.
    mutating func requestBefore() -> PageRequest? {
        guard isLoaded, hasEarlier, let first = messages.first else { return nil }
        return request(.before(first.id))
    }

    mutating func request(_ place: PageRequest.Place, reloading: Bool = false) -> PageRequest? {
        guard pending == nil else { return nil }
        isReloading = reloading
        let request = PageRequest(task: task, place: place)
        pending = request
        return request
    }

    // MARK: The window

    func bytes(_ messages: ArraySlice<Message>) -> Int {
        messages.reduce(0) { $0 + $1.text.utf8.count }
    }

    private mutating func trim(fromEnd: Bool) {
        let excess = excess(fromEnd: fromEnd)
        guard excess > 0 else { return }
        let dropped = fromEnd ? messages.suffix(excess) : messages.prefix(excess)
        for message in dropped { forget(message.id) }
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

    /// How many messages to drop at an end. Those near the reader stay.
    private func excess(fromEnd: Bool) -> Int {
        var excess = max(0, messages.count - Self.windowLimit)
        var bytes = bytes(messages[...])
        guard bytes > Self.windowBytes else { return excess }
        let reader = anchoredMessage.flatMap { index(of: $0) } ?? messages.count - 1
        let droppable = fromEnd ? messages.count - reader - 2 : reader - 1
        var dropped = 0
        while bytes > Self.windowBytes, dropped < droppable {
            let message = fromEnd ? messages[messages.count - 1 - dropped] : messages[dropped]
            bytes -= message.text.utf8.count
            dropped += 1
        }
        excess = max(excess, dropped)
        return excess
    }
}

extension String {
    /// Whether it begins with the bytes of another text.
    fileprivate func hasUTF8Prefix(_ prefix: String) -> Bool {
        var (whole, prefix) = (self, prefix)
        return whole.withUTF8 { whole in
            prefix.withUTF8 { prefix in
                guard let start = prefix.baseAddress, let whole = whole.baseAddress else { return true }
                return memcmp(whole, start, prefix.count) == 0
            }
        }
    }
}
