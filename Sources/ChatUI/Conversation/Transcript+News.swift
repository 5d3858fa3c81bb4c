import SessionCore

/// Where in a task begins what its reader has not read.
extension Transcript {
    struct News: Hashable, Sendable {
        /// The first answer that was new when the task was opened; a line above it says so.
        fileprivate(set) var first: Message.ID?
        /// Everything behind this message is new, and is looked for as soon as messages are here.
        fileprivate var searchedAfter: Message.ID?
        /// Whether the reader has gone elsewhere before it was found, and stays there.
        fileprivate var isPassed = false
        /// Whether the page around that message was asked for.
        fileprivate var isRequested = false

        /// Whether it is not known yet where it begins.
        var isSearched: Bool { searchedAfter != nil }
    }

    /// Opens at the first answer behind a message, once it is here.
    /// - Parameter lastRead: nil if nothing has been read.
    mutating func expectNews(after lastRead: Message.ID?) {
        news.searchedAfter = lastRead ?? .min
        news.isRequested = false
        news.isPassed = false
    }

    /// The reader goes somewhere: what is new is then marked where it begins, and not gone to.
    mutating func passNews() { news.isPassed = true }

    /// Removes the line above what was new.
    mutating func forgetNews() {
        news.searchedAfter = nil
        mark(nil)
    }

    /// The place of the page that has to be loaded to find what is new. It is asked for once.
    mutating func nextNewsPage() -> PageRequest.Place? {
        guard let place = newsPage else { return nil }
        news.isRequested = true
        return place
    }

    private var newsPage: PageRequest.Place? {
        guard let searched = news.searchedAfter, !news.isRequested, let first = messages.first, hasEarlier,
            first.id > searched
        else { return nil }
        return searched == .min ? .after(.min) : .around(searched)
    }

    /// Goes to what is new, if that was looked for and is here.
    mutating func findNews() {
        guard let searched = news.searchedAfter, isLoaded, pending == nil, newsPage == nil else { return }
        news.searchedAfter = nil
        mark(messages.first { $0.role == .agent && $0.id > searched }?.id)
        if !news.isPassed { goToNews() }
    }

    /// Shows all that is new if it has room, and else its beginning, below the end of what came before.
    /// - Returns: whether there is such a line.
    @discardableResult
    mutating func goToNews() -> Bool {
        guard let first = news.first, let index = index(of: first) else { return false }
        anchor = .line(message: first, line: 0)
        settle()
        guard !isAtBottom, let before = place(before: Place(index: index)) else { return true }
        let count = lineCount(before)
        anchor = .line(
            message: messages[before.index].id, page: before.page, line: count - min(count, rows / 3))
        return true
    }

    private mutating func mark(_ message: Message.ID?) {
        let old = news.first
        guard message != old else { return }
        news.first = message
        for id in [old, message].compactMap(\.self) {
            if let index = index(of: id) { reframe(at: index) }
        }
    }
}
