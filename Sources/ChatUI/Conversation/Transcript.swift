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
    private(set) var hasEarlier = false
    private(set) var hasLater = false
    /// Whether the first page has arrived.
    private(set) var isLoaded = false
    var anchor: Anchor = .bottom
    /// Replies that arrived below while the reader was further up.
    private(set) var arrivedBelow: Set<Message.ID> = []
    /// The page that was asked for and has not arrived.
    private(set) var pending: PageRequest?
    /// Whether that page is loaded again, so that the reader stays where they are.
    private var isReloading = false

    private var layout: MessageBlockLayout
    private(set) var blocks: [Message.ID: MessageBlock] = [:]
    /// Where the texts of more than one page are cut.
    private var cuts: [Message.ID: TextPages] = [:]
    private var agentName: String
    var folding = StepFolding()
    var selection: Selection?
    var news = News()
    /// The search whose match is shown as soon as it is here.
    var soughtMatch: ConversationSearch?
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
        targets = TurnTargets(among: turns.values)
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
        if let index = index(of: message.id) {
            let old = messages[index]
            messages[index] = message
            textChanged(of: message, from: old.text)
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
        if new.showsSteps != layout.showsSteps { folding = StepFolding(isOpen: new.showsSteps) }
        guard
            new.form != layout.form || new.showsSteps != layout.showsSteps
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
        findNews()
        findMatch()
        settle()
        let first = topPlace()
        var place = first
        var shown: [Row] = []
        while true {
            let count = lineCount(place)
            let block = block(at: place.index)
            let id = messages[place.index].id
            let selected = place.page == 0 ? selectedLine(of: block, id) : nil
            while place.line < count, shown.count < rows {
                shown.append(
                    Row(
                        line: block.line(place.line, of: place.page), message: id,
                        isIndented: place.page > 0 || place.line >= block.title.count,
                        isSelected: place.line == selected))
                place.line += 1
            }
            guard shown.count < rows, let next = self.place(after: place) else { break }
            place = next
        }
        forgetFarLayouts(from: first, to: place)
        return shown
    }

    /// The page to load before the reader gets there; nil when there is enough.
    mutating func wantedPage() -> PageRequest? {
        guard isLoaded, pending == nil, let first = messages.first, let last = messages.last else {
            return nil
        }
        if let place = nextNewsPage() { return request(place) }
        let top = topPlace().index
        if hasEarlier, top < 10, bytes(messages[..<top]) < Self.bytesAhead {
            return request(.before(first.id))
        }
        if hasLater, messages.count - top < 10 + rows, bytes(messages[top...].dropFirst()) < Self.bytesAhead {
            return request(.after(last.id))
        }
        return nil
    }

    mutating func scroll(by lines: Int) {
        guard !messages.isEmpty, lines != 0 else { return }
        settle()
        var place = topPlace()
        place.line += lines
        while place.line < 0, var before = self.place(before: place) {
            before.line = place.line + lineCount(before)
            place = before
        }
        while place.line >= lineCount(place), var next = self.place(after: place) {
            next.line = place.line - lineCount(place)
            place = next
        }
        anchor = .line(message: messages[place.index].id, page: place.page, line: max(0, place.line))
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

    /// The messages near the end, newest first, with the layouts of replies; of long ones the pages that are laid out and some of the
    /// last.
    mutating func nearbyLayouts(limit: Int = 50) -> [(message: Message, layouts: [MarkdownLayout])] {
        var room = 256 << 10
        return messages.suffix(limit).reversed().compactMap { message in
            guard message.role == .agent else { return message.text.isEmpty ? nil : (message, []) }
            guard let index = index(of: message.id) else { return nil }
            let block = block(at: index)
            let known = Set(block.laidOut)
            let pages = block.pages.reversed().filter { page in
                guard !known.contains(page), room > 0 else { return known.contains(page) }
                room -= block.text.pages[page].bytes.count
                return true
            }
            for page in pages { layOut(Place(index: index, page: page)) }
            return (message, pages.reversed().compactMap { blocks[message.id]?.markdown($0) })
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

    /// The page before the first message that is here; nil if there is none, or a page is on its way.
    mutating func requestBefore() -> PageRequest? {
        guard isLoaded, hasEarlier, let first = messages.first else { return nil }
        return request(.before(first.id))
    }

    private mutating func request(_ place: PageRequest.Place, reloading: Bool = false) -> PageRequest? {
        guard pending == nil else { return nil }
        isReloading = reloading
        let request = PageRequest(task: task, place: place)
        pending = request
        return request
    }

    mutating func block(at index: Int) -> MessageBlock {
        let message = messages[index]
        if let block = blocks[message.id] { return block }
        let block = layout.block(
            for: message, cut: cut(message), after: index > 0 ? messages[index - 1] : nil,
            turn: message.turn.flatMap { turns[$0] },
            agent: agentName, isLast: index == messages.count - 1, isNew: message.id == news.first,
            targets: targets, folding: folding)
        blocks[message.id] = block
        return block
    }

    private mutating func cut(_ message: Message) -> TextPages {
        if let known = cuts[message.id] { return known }
        var text = TextPages()
        text.append(message.text)
        if text.pages.count > 1 { cuts[message.id] = text }
        return text
    }

    // MARK: Places

    /// A line of a page of a message.
    struct Place: Hashable, Comparable, Sendable {
        /// Of the message in the window.
        var index: Int
        var page = 0
        var line = 0

        static func < (one: Place, other: Place) -> Bool {
            (one.index, one.page, one.line) < (other.index, other.page, other.line)
        }
    }

    private mutating func layOut(_ place: Place) {
        _ = block(at: place.index)
        let message = messages[place.index]
        blocks[message.id]?.layOut(place.page, of: message, for: layout.form)
    }

    /// The rows of the place's page.
    mutating func lineCount(_ place: Place) -> Int {
        layOut(place)
        return blocks[messages[place.index].id]?.lineCount(place.page) ?? 0
    }

    /// The start of the page after the place's.
    mutating func place(after place: Place) -> Place? {
        if place.page + 1 < block(at: place.index).pages.upperBound {
            return Place(index: place.index, page: place.page + 1)
        }
        return place.index + 1 < messages.count ? Place(index: place.index + 1) : nil
    }

    /// The start of the page before the place's.
    mutating func place(before place: Place) -> Place? {
        if place.page > 0 { return Place(index: place.index, page: place.page - 1) }
        guard place.index > 0 else { return nil }
        return Place(index: place.index - 1, page: block(at: place.index - 1).pages.upperBound - 1)
    }

    /// Lays out title, steps and tail of a message again; the layout of its text stays.
    mutating func reframe(at index: Int) {
        let message = messages[index]
        guard blocks[message.id] != nil else { return }
        let turn = message.turn.flatMap { turns[$0] }
        blocks[message.id]?.title = layout.title(
            of: message, after: index > 0 ? messages[index - 1] : nil, turn: turn, agent: agentName,
            isNew: message.id == news.first)
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
    mutating func topPlace() -> Place {
        guard !messages.isEmpty else { return Place(index: 0) }
        if case .line(let id, let page, let line) = anchor, let index = index(of: id) {
            var place = Place(index: index, page: min(page, block(at: index).pages.upperBound - 1))
            place.line = min(line, max(0, lineCount(place) - 1))
            return place
        }
        var room = rows
        var last = Place(index: messages.count - 1)
        last.page = block(at: last.index).pages.upperBound - 1
        var place: Place? = last
        while var found = place {
            let count = lineCount(found)
            if count >= room {
                found.line = count - room
                return found
            }
            room -= count
            place = self.place(before: found)
        }
        return Place(index: 0)
    }

    /// An anchor that would leave rows empty below the end follows the end instead.
    mutating func settle() {
        guard case .line(let id, _, _) = anchor else { return }
        guard index(of: id) != nil else {
            anchor = .bottom
            return
        }
        guard !hasLater else { return }
        var place: Place? = topPlace()
        var below = 0
        while let found = place, below <= rows {
            below += lineCount(found) - found.line
            place = self.place(after: found)
        }
        if below <= rows {
            anchor = .bottom
            arrivedBelow = []
        }
    }

    private func bytes(_ messages: ArraySlice<Message>) -> Int {
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

    private mutating func forgetFarLayouts(from first: Place, to last: Place) {
        if blocks.count > Self.layoutLimit {
            let near =
                max(
                    0, first.index - Self.layoutLimit / 3)..<min(
                    messages.count, first.index + Self.layoutLimit / 3)
            let kept = Set(messages[near].map(\.id))
            blocks = blocks.filter { kept.contains($0.key) }
        }
        guard !cuts.isEmpty else { return }
        let long = cuts.keys.filter { blocks[$0] != nil }
        guard long.reduce(0, { $0 + (blocks[$1]?.laidOut.count ?? 0) }) > Self.pageLimit else { return }
        for id in long {
            guard let index = index(of: id), first.index - 1...last.index + 1 ~= index else {
                blocks[id] = nil
                continue
            }
            let start = index < first.index ? Int.max / 2 : index == first.index ? first.page : 0
            let end = index > last.index ? 0 : index == last.index ? last.page : Int.max / 2
            blocks[id]?.keep(max(0, min(start, end) - 2)..<max(start, end) + 3)
        }
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
