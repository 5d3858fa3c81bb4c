import Synchronization

/// The environment variables that hold keys: programs that Parley starts do not get them. An account that is added while Parley runs
/// brings another.
final class KeyVariables: Sendable {
    private let names: Mutex<Set<String>>

    init(_ names: Set<String>) { self.names = Mutex(names) }

    var all: Set<String> { names.withLock { $0 } }

    func add(_ new: Set<String>) { names.withLock { $0.formUnion(new) } }
}
