import Storage

/// Which process works on a turn.
enum Ownership: Hashable, Sendable {
    case ours
    /// Another process that runs.
    case elsewhere
    /// None: its process has ended or has let go of it.
    case orphaned
}

extension FileLease<Int> {
    /// - Parameter owner: the number of a process, as ``OwnedTurn/owner`` has it.
    func ownership(of owner: Int?) -> Ownership {
        guard let owner else { return .orphaned }
        if owner == name { return .ours }
        return isAlive(owner) ? .elsewhere : .orphaned
    }
}
