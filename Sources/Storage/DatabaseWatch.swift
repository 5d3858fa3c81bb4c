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
        guard let events = FolderEvents(of: folder) else { return nil }
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
            // The system closes a file a moment before it lets go of its lock.
            if change.hasEnds { report(Change(hasEnds: true)) }
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
        }
    }
}

/// What happens to the files of a folder.
private final class FolderEvents: Sendable {
    enum Event {
        case written(String)
        /// A file that was open for writing was closed.
        case closed(String)
        /// Too much happened to be told one by one.
        case missed
    }

    #if canImport(Glibc)
        private struct State {
            var isStopped = false
            var isClosed = false
        }

        private let state = Mutex(State())
        private let number: Int32
        private let watch: Int32

        init?(of folder: String) {
            number = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
            guard number >= 0 else { return nil }
            watch = inotify_add_watch(number, folder, UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE))
            guard watch >= 0 else {
                close(number)
                return nil
            }
        }

        var isStopped: Bool { state.withLock { $0.isStopped } }

        /// The system answers by ending the watch, which wakes ``wait()``.
        func stop() {
            state.withLock { state in
                if !state.isStopped, !state.isClosed { inotify_rm_watch(number, watch) }
                state.isStopped = true
            }
        }

        /// Waits until something has happened.
        /// - Returns: false when the watch has ended.
        func wait() -> Bool {
            var polled = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            while poll(&polled, 1, -1) < 0 { guard errno == EINTR else { return false } }
            return true
        }

        /// Reads what has happened.
        /// - Returns: false when the watch has ended.
        func drain(_ body: (Event) -> Void) -> Bool {
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while true {
                let count = read(number, &buffer, buffer.count)
                guard count > 0 else { return true }
                guard parse(buffer[..<count], body) else {
                    state.withLock { state in
                        close(number)
                        state.isClosed = true
                    }
                    return false
                }
            }
        }

        private func parse(_ bytes: ArraySlice<UInt8>, _ body: (Event) -> Void) -> Bool {
            var rest = bytes
            let head = MemoryLayout<inotify_event>.size
            while rest.count >= head {
                let event = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
                let name = rest.dropFirst(head).prefix(Int(event.len)).prefix { $0 != 0 }
                rest = rest.dropFirst(head + Int(event.len))
                if event.mask & UInt32(IN_IGNORED) != 0 { return false }
                if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { body(.missed) }
                if event.mask & UInt32(IN_MODIFY) != 0 {
                    body(.written(String(decoding: name, as: UTF8.self)))
                }
                if event.mask & UInt32(IN_CLOSE_WRITE) != 0 {
                    body(.closed(String(decoding: name, as: UTF8.self)))
                }
            }
            return true
        }
    #else
        init?(of folder: String) { return nil }
        var isStopped: Bool { true }
        func stop() {}
        func wait() -> Bool { false }
        func drain(_ body: (Event) -> Void) -> Bool { false }
    #endif
}
