import Foundation
import RichText
import SystemPackage

/// The reader of our output has gone.
struct BrokenPipe: Error {}

/// Standard output or standard error.
struct Output: Sendable {
    static let standard = Output(.standardOutput)
    static let error = Output(.standardError)
    /// The characters that are printed, as the locale says.
    static let charset = Charset(environment: ProcessInfo.processInfo.environment)

    private let file: FileDescriptor
    let isTerminal: Bool
    /// Whether bold and dim may be used.
    let isStyled: Bool

    private init(_ file: FileDescriptor) {
        self.file = file
        isTerminal = isatty(file.rawValue) == 1
        let environment = ProcessInfo.processInfo.environment
        isStyled = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// The width of the terminal; nil for anything else, where lines are never cut.
    var columns: Int? {
        var size = winsize()
        guard isTerminal, ioctl(file.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Writes text that is safe already, in the characters of the locale.
    func write(_ text: String) throws(BrokenPipe) { try writeUnchanged(Self.charset.shown(text)) }

    /// Writes JSON; in a locale of ASCII with `\uXXXX` for everything else.
    func write(json value: some Encodable) throws {
        let text = try JSONOutput.text(value)
        try writeUnchanged(Self.charset == .ascii ? SafeText.asciiJSON(text) : text)
    }

    /// Writes a document, which is for another program as much as for a person: UTF-8 in every locale.
    func writeUnchanged(_ text: String) throws(BrokenPipe) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            do {
                rest = rest.dropFirst(try rest.withUnsafeBytes { try file.write($0) })
            } catch Errno.wouldBlock {
                // The other side made the pipe non-blocking.
                var state = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
                poll(&state, 1, -1)
            } catch {
                throw BrokenPipe()
            }
        }
    }

    /// Writes a line of text from outside.
    func line(_ text: String = "") throws(BrokenPipe) { try write(SafeText.lines(text) + "\n") }

    /// Writes `parley: …` for each line of a message. A broken pipe is ignored.
    func report(_ message: String) {
        for line in message.split(whereSeparator: \.isNewline) {
            try? write("parley: " + SafeText.lines(String(line)) + "\n")
        }
    }

    /// Safe text in bold or dim, if that can be seen.
    func styled(_ text: String, _ style: TextStyle) -> String {
        isStyled && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    enum TextStyle: Int {
        case bold = 1
        case dim = 2
    }
}
