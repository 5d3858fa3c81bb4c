import SessionCore

/// How far the tasks of each account are listed.
struct ListingProgress: Sendable {
    /// What decides whether more tasks are wanted.
    struct Demand: Hashable, Sendable {
        /// The order of the list and the place of the focused task in it.
        var revision: Int
        var position: Int?
        /// The rows that the list shows.
        var rows: Int
        /// The accounts that have more tasks to list.
        var open: Set<AccountName>
    }

    private var states: [AccountName: FetchState] = [:]
    /// The accounts whose listing is under way or failed; the list has a row for each.
    private(set) var unfinished: Set<AccountName> = []
    /// The accounts that have more tasks to list.
    private(set) var open: Set<AccountName> = []
    /// The accounts whose failing listing was reported.
    private var reported: Set<AccountName> = []
    private var lastDemand: Demand?

    subscript(account: AccountName) -> FetchState? { states[account] }

    /// Whether a listing is under way or has failed.
    /// - Parameter account: nil for one that is under way, of any account.
    func isUnfinished(_ account: AccountName?) -> Bool {
        account.map(unfinished.contains) ?? states.values.contains(.loading)
    }

    /// - Returns: whether to report the failure: once, until the account is listed again.
    mutating func apply(_ state: FetchState, of account: AccountName) -> Bool {
        states[account] = state
        open.remove(account)
        switch state {
        case .loading, .failed: unfinished.insert(account)
        case .waiting:
            unfinished.insert(account)
            return reported.insert(account).inserted
        case .more, .complete:
            if state == .more { open.insert(account) }
            unfinished.remove(account)
            reported.remove(account)
        }
        return false
    }

    /// - Returns: false for the demand that was answered last.
    mutating func isNew(_ demand: Demand) -> Bool {
        defer { lastDemand = demand }
        return demand != lastDemand
    }

    /// More tasks of an account were asked for.
    mutating func loadMore(of account: AccountName) {
        states[account] = .loading
        open.remove(account)
    }
}
