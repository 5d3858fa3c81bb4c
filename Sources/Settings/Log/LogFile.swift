import Foundation
import RichText
import SystemPackage

/// The log file. Lines are queued without waiting and written by a task of the log's own. Only its owner can read the file, and
/// with the file before it, it never takes more than about twice its limit.
public struct LogFile: Sendable {
    private let lines: AsyncStream<String>.Continuation
    private let writing: Task<Void, Never>

    /// How many lines may wait to be written; further ones are dropped.
    private static let backlog = 1000

    /// - Parameters:
    ///   - path: the file, created with the first line. Its folder has to exist.
    ///   - limit: the size in bytes at which the file becomes `path.1` and a new one begins.
    public init(path: String, limit: Int = 1 << 20, redactor: Redactor) {
        let (stream, continuation) = AsyncStream<String>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.backlog))
        lines = continuation
        writing = Task(priority: .utility) {
            var writer = LogWriter(path: path, limit: limit)
            for await line in stream {
                // A line of the log must not look like two, nor control a terminal.
                writer.write(SafeText.line(redactor.redact(line), replacing: .escapedLineFeed))
            }
            writer.close()
        }
    }

    func append(_ line: String) { lines.yield(line) }

    /// Writes the queued lines. Lines appended later are dropped.
    public func close() async {
        lines.finish()
        await writing.value
    }
}

/// Writes the file of a log, to which other programs may write at the same time. Lines that cannot be written are dropped: a log
/// must not disturb the work.
private struct LogWriter {
    let path: String
    let limit: Int
    private var file: FileDescriptor?

    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    mutating func write(_ line: String) {
        if !isCurrent { reopen() }
        guard let file else { return }
        // One call for the whole line: O_APPEND keeps it together between the lines of others.
        _ = try? file.writeAll((line + "\n").utf8)
        if (status?.st_size ?? 0) >= limit { rotate() }
    }

    mutating func close() {
        try? file?.close()
        file = nil
    }

    /// Whether the open file is still the one at `path`: another program may have rotated it.
    private var isCurrent: Bool {
        var there = stat()
        guard let own = status, stat(path, &there) == 0 else { return false }
        return own.st_ino == there.st_ino && own.st_dev == there.st_dev
    }

    private mutating func reopen() {
        close()
        file = try? FileDescriptor.open(
            path, .writeOnly, options: [.append, .create, .closeOnExec], permissions: .ownerReadWrite)
        if let file { fchmod(file.rawValue, 0o600) }
    }

    /// Begins a new file, unless another program has just done so.
    private mutating func rotate() {
        guard let file else { return }
        flock(file.rawValue, LOCK_EX)
        if isCurrent { rename(path, path + ".1") }
        flock(file.rawValue, LOCK_UN)
        close()
    }

    private var status: stat? {
        var status = stat()
        guard let file, fstat(file.rawValue, &status) == 0 else { return nil }
        return status
    }
}
