import Foundation

/// The log file. Lines are handed over without waiting and written by a task of the log's own; only its owner can read it,
/// and it does not grow beyond twice its limit.
public struct LogFile: Sendable {
    private let lines: AsyncStream<String>.Continuation
    private let writing: Task<Void, Never>

    /// Lines that wait to be written; what comes on top of them is dropped.
    private static let backlog = 1000

    /// - Parameters:
    ///   - path: the file; made when there is something to write. Its folder has to exist.
    ///   - limit: the size in bytes from which on a new file is begun; the last one is kept as `path.1`.
    public init(path: String, limit: Int = 1 << 20, redactor: Redactor) {
        let (stream, continuation) = AsyncStream<String>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.backlog))
        lines = continuation
        writing = Task(priority: .utility) {
            var writer = LogWriter(path: path, limit: limit)
            for await line in stream { writer.write(Self.oneLine(redactor.redact(line))) }
            writer.end()
        }
    }

    func append(_ line: String) { lines.yield(line) }

    /// Writes what still waits. Nothing is written after that.
    public func close() async {
        lines.finish()
        await writing.value
    }

    /// The text without control characters: a line of a log must not look like two, nor colour a terminal.
    private static func oneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                line += "\\n"
            } else {
                line.unicodeScalars.append(
                    scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            }
        }
        return line
    }
}

/// The file of a log, with several programs writing to it at the same time. A log that cannot be written is no reason to
/// disturb anybody: what fails is left out.
private struct LogWriter {
    let path: String
    let limit: Int
    private var descriptor: Int32 = -1

    init(path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    mutating func write(_ line: String) {
        if !isCurrent { reopen() }
        guard descriptor >= 0 else { return }
        // One call for the whole line: O_APPEND keeps it together between the lines of others.
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if (Self.status(of: descriptor)?.st_size ?? 0) >= limit { rotate() }
    }

    mutating func end() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Whether the open file is still the one at `path`: another program may have begun a new one.
    private var isCurrent: Bool {
        var status = stat()
        guard let own = Self.status(of: descriptor), stat(path, &status) == 0 else { return false }
        return own.st_ino == status.st_ino && own.st_dev == status.st_dev
    }

    private mutating func reopen() {
        end()
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { fchmod(descriptor, 0o600) }
    }

    /// Begins a new file, unless another program has just done so.
    private mutating func rotate() {
        flock(descriptor, LOCK_EX)
        if isCurrent { rename(path, path + ".1") }
        flock(descriptor, LOCK_UN)
        end()
    }

    private static func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return descriptor >= 0 && fstat(descriptor, &status) == 0 ? status : nil
    }
}
