import Foundation
import Synchronization

/// Reports when a process writes to a database, or when one of those that hold a lease beside it ends, however it ends. It
/// watches their folder through the system (inotify): while no file changes, nothing runs.
///
/// The writes of this process are reported too; `PRAGMA data_version` tells them from those of others.
public final class DatabaseWatch: Sendable {
    public struct Change: Hashable, Sendable {
        /// The database was written to.
        public var hasWrites = false
        /// A lease may have become free.
        public var hasEnds = false

        public init(hasWrites: Bool = false, hasEnds: Bool = false) {
            self.hasWrites = hasWrites
            self.hasEnds = hasEnds
        }

        var isEmpty: Bool { !hasWrites && !hasEnds }
    }

    /// How long changes gather before they are reported, so that many cost no more than one.
    private static let gathering: Duration = .milliseconds(50)
    /// The shortest time between two reports.
    private static let pause: Duration = .milliseconds(400)

    private let events: FolderEvents

    /// - Parameters:
    ///   - path: The database. Its leases are the files whose names begin with its own and `-process-`.
    ///   - report: Called on a thread of the watch, at most a few times a second.
    /// - Returns: nil where nothing can be watched: on other systems than Linux, or when the system has no watch left.
    public init?(of path: String, report: @escaping @Sendable (Change) -> Void) {
        let file = URL(fileURLWithPath: path)
        let folder = file.deletingLastPathComponent().path(percentEncoded: false)
        guard let events = FolderEvents(of: [folder], .databases) else { return nil }
        self.events = events
        let name = file.lastPathComponent
        let thread = Thread { Self.run(events, name, report) }
        thread.name = "database-watch"
        thread.start()
    }

    deinit { stop() }

    /// Reports nothing more, except what is being reported now.
    public func stop() { events.stop() }

    private static func run(
        _ events: FolderEvents, _ name: String, _ report: @Sendable (Change) -> Void
    ) {
        while events.wait() {
            if !events.isStopped { rest(gathering) }
            var change = Change()
            guard events.drain({ change.note($0, of: name) }) else { return }
            guard !change.isEmpty else { continue }
            report(change)
            rest(pause)
            // A file is written to a moment before the commit is seen, which waits for the disk; and it is closed a moment before
            // the system lets go of its lock.
            report(change)
        }
    }

    private static func rest(_ duration: Duration) {
        Thread.sleep(forTimeInterval: duration / .seconds(1))
    }
}

extension DatabaseWatch.Change {
    /// - Parameter file: the name of a file that was written to or closed.
    fileprivate mutating func note(_ event: FolderEvents.Event, of database: String) {
        switch event {
        case .missed: self = Self(hasWrites: true, hasEnds: true)
        case .written(let file): if file == database || file == database + "-wal" { hasWrites = true }
        case .closed(let file): if file.hasPrefix(database + "-process-") { hasEnds = true }
        case .renamed, .folderCreated: break
        }
    }
}
