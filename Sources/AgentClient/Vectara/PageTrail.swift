import Wire

/// The keys of a session's event pages, from the oldest to the one that is read next. The service pages forwards only; going back needs
/// the way there.
struct PageTrail: Hashable {
    struct Stop: Hashable {
        /// nil for the oldest page.
        var pageKey: String?
    }

    /// Pages at most. Of a longer session only the first so many are shown.
    private static let limit = 1000

    private var stops: [Stop]

    /// At the oldest page.
    init() { stops = [Stop()] }

    init(text: String) {
        let keys = (try? WireJSON.decode([JSONValue].self, from: text.utf8)) ?? []
        stops = keys.map { Stop(pageKey: $0.string) }
    }

    var text: String { JSONValue.array(stops.map { .stringOrNull($0.pageKey) }).compact }

    var last: Stop? { stops.last }

    /// The trail without its last stop; nil at the oldest page.
    var shortened: PageTrail? {
        guard stops.count > 1 else { return nil }
        var trail = self
        trail.stops.removeLast()
        return trail
    }

    /// - Returns: false if the page is in the trail already, or the trail is full.
    mutating func append(_ key: String) -> Bool {
        let stop = Stop(pageKey: key)
        guard stops.count < Self.limit, !stops.contains(stop) else { return false }
        stops.append(stop)
        return true
    }
}
