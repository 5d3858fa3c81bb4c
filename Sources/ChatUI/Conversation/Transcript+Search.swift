import RichText
import SessionCore

/// Going to the row that holds a match of a search.
extension Transcript {
    /// Goes to a match as soon as its message is here.
    /// - Returns: the page to load when it is not in the window.
    mutating func jump(to search: ConversationSearch) -> PageRequest? {
        guard let match = search.match else { return nil }
        soughtMatch = search
        guard isLoaded, index(of: match.message) != nil else { return jump(to: match.message) }
        return nil
    }

    /// Goes to the match that is sought, if it is here.
    mutating func findMatch() {
        guard let search = soughtMatch, let match = search.match, isLoaded, pending == nil else { return }
        soughtMatch = nil
        guard let index = index(of: match.message), let place = place(of: match, at: index, search) else {
            return
        }
        anchor = .line(message: match.message, page: place.page, line: place.line)
        scroll(by: -rows / 3)
    }

    /// The row of a match: the page that its bytes are on is laid out, and the match with the same rank is taken. Where less is shown than
    /// the text holds, such as the address of a link, that is the last one.
    private mutating func place(of match: SearchMatch, at index: Int, _ search: ConversationSearch) -> Place?
    {
        let pages = block(at: index).text.pages
        guard let page = pages.lastIndex(where: { $0.bytes.lowerBound <= match.offset }) else { return nil }
        var place = Place(index: index, page: page)
        layOut(place)
        let block = block(at: index)
        let rows = block.textRows(of: page)
        guard !rows.isEmpty else { return nil }
        let found = search.terms.matches(in: rows.map { Array($0.text) })
        let rank = search.rank(within: pages[page].bytes)
        let row = found.isEmpty ? 0 : found[min(rank, found.count - 1)].first?.line ?? 0
        place.line = unfold(row, at: place)
        return place
    }
}
