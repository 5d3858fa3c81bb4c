import Foundation
import Synchronization

/// What happens to the files of some folders, as the system tells it (inotify). While nothing happens, nothing runs.
final class FolderEvents: Sendable {
    enum Event: Hashable {
        case written(String)
        /// A file that was open for writing was closed.
        case closed(String)
        /// A file has got this name, in place of another that may have had it.
        case renamed(String)
        /// A folder within one of the folders was created.
        case folderCreated(String)
        /// Too much happened to be told one by one.
        case missed
    }

    #if canImport(Glibc)
        /// The events that are told.
        struct Kinds: OptionSet, Sendable {
            var rawValue: UInt32

            static let databases = Kinds(rawValue: UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE))
            static let saving = Kinds(
                rawValue: UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_CREATE))
        }

        private struct State {
            /// The folders by their number.
            var watches: Set<Int32> = []
            var isStopped = false
            var isClosed = false
        }

        private let state = Mutex(State())
        private let number: Int32
        private let kinds: Kinds

        /// - Returns: nil if none of the folders can be watched.
        init?(of folders: [String], _ kinds: Kinds) {
            self.kinds = kinds
            number = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
            guard number >= 0 else { return nil }
            for folder in folders { add(folder) }
            guard state.withLock({ !$0.watches.isEmpty }) else {
                close(number)
                return nil
            }
        }

        /// Watches another folder, if it is there and is not watched yet.
        func add(_ folder: String) {
            state.withLock { state in
                guard !state.isStopped, !state.isClosed else { return }
                let watch = inotify_add_watch(number, folder, kinds.rawValue | UInt32(IN_ONLYDIR))
                if watch >= 0 { state.watches.insert(watch) }
            }
        }

        var isStopped: Bool { state.withLock { $0.isStopped } }

        /// The system answers by ending the watches, which wakes ``wait()``.
        func stop() {
            state.withLock { state in
                if !state.isStopped, !state.isClosed {
                    for watch in state.watches { inotify_rm_watch(number, watch) }
                }
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
        /// - Returns: false when the watch has ended: it was stopped, or the last of its folders is gone.
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
                let bytes = rest.dropFirst(head).prefix(Int(event.len)).prefix { $0 != 0 }
                rest = rest.dropFirst(head + Int(event.len))
                func has(_ flag: some BinaryInteger) -> Bool { event.mask & UInt32(flag) != 0 }
                if has(IN_IGNORED), hasEnded(event.wd) { return false }
                if has(IN_Q_OVERFLOW) { body(.missed) }
                let name = String(decoding: bytes, as: UTF8.self)
                guard !has(IN_ISDIR) else {
                    if has(IN_CREATE) || has(IN_MOVED_TO) { body(.folderCreated(name)) }
                    continue
                }
                if has(IN_MODIFY) { body(.written(name)) }
                if has(IN_CLOSE_WRITE) { body(.closed(name)) }
                if has(IN_MOVED_TO) { body(.renamed(name)) }
            }
            return true
        }

        /// A folder is not watched any more.
        /// - Returns: whether it was the last.
        private func hasEnded(_ watch: Int32) -> Bool {
            state.withLock { state in
                state.watches.remove(watch)
                return state.isStopped || state.watches.isEmpty
            }
        }
    #else
        struct Kinds: Sendable {
            static let databases = Kinds()
            static let saving = Kinds()
        }

        init?(of folders: [String], _ kinds: Kinds) { return nil }
        func add(_ folder: String) {}
        var isStopped: Bool { true }
        func stop() {}
        func wait() -> Bool { false }
        func drain(_ body: (Event) -> Void) -> Bool { false }
    #endif
}
