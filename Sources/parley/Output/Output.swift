import Foundation
import RichText

/// Whoever read our output has gone.
struct BrokenPipe: Error {}

/// Standard output or standard error.
struct Output: Sendable {
    static let standard = Output(descriptor: STDOUT_FILENO)
    static let error = Output(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    let isTerminal: Bool
    /// Whether it may be written in bold and dim.
    let isStyled: Bool

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        let environment = ProcessInfo.processInfo.environment
        isStyled = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// The width of the terminal; nil for anything else, which is never cut.
    var columns: Int? {
        var size = winsize()
        guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes text that is known to be safe.
    func write(_ text: String) throws(BrokenPipe) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR, errno != EAGAIN {
                throw BrokenPipe()
            } else if errno == EAGAIN {
                var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&state, 1, -1)
            }
        }
    }

    /// Writes a line of text from anywhere.
    func line(_ text: String = "") throws(BrokenPipe) { try write(PlainText.safe(text) + "\n") }

    /// Writes `parley: …` for each line of a message. That nobody reads it is no reason to fail.
    func report(_ message: String) {
        for line in message.split(whereSeparator: \.isNewline) {
            try? write("parley: " + PlainText.safe(String(line)) + "\n")
        }
    }

    /// Safe text in bold or dim, where that can be seen.
    func styled(_ text: String, _ style: TextStyle) -> String {
        isStyled && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    enum TextStyle: Int {
        case bold = 1
        case dim = 2
    }
}
