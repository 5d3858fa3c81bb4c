/// What a terminal would show of text that a program printed for one: of a line that was written over, the last state; of colours and
/// other escape sequences, nothing. It can be fed in pieces of any size.
public struct TerminalText: Sendable {
    /// The beginning of a line end or of an escape sequence.
    private var held: [UInt8] = []

    /// The most bytes of a sequence that is left out.
    private static let longestControl = 64
    private static let longestString = 2048

    /// The whole of a text, as a terminal would show it.
    public static func shown(_ text: String) -> String {
        var (text, terminal, lines) = (text, TerminalText(), [UInt8]())
        text.withUTF8 { terminal.append($0, to: &lines, keepsLine: false) }
        terminal.end(&lines)
        return String(decoding: lines, as: UTF8.self)
    }

    /// Whether the bytes stay as they are.
    func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        held.isEmpty && !bytes.contains { $0 == 0x0D || $0 == 0x1B || $0 == 0x08 }
    }

    /// Appends what follows `lines`; the last one may be written over.
    /// - Parameter keepsLine: whether the beginning of the last line is not in `lines`: it is then ended instead.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to lines: inout [UInt8], keepsLine: Bool) {
        guard !held.isEmpty else { return read(bytes, to: &lines, keepsLine) }
        let all = held + bytes
        held = []
        all.withUnsafeBufferPointer { read($0, to: &lines, keepsLine) }
    }

    /// Appends what was held back, as it is.
    mutating func end(_ lines: inout [UInt8]) {
        if held != [0x0D] { lines += held }
        held = []
    }

    private mutating func read(
        _ bytes: UnsafeBufferPointer<UInt8>, to lines: inout [UInt8], _ keepsLine: Bool
    ) {
        var start = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x0D || bytes[index] == 0x1B || bytes[index] == 0x08 else {
                index += 1
                continue
            }
            lines.append(contentsOf: bytes[start..<index])
            switch Self.length(bytes, at: index) {
            case .incomplete:
                held = Array(bytes[index...])
                return
            case .text: start = index
            case .control(let length):
                obey(bytes, at: index, length, &lines, keepsLine)
                index += length - 1
                start = index + 1
            }
            index += 1
        }
        lines.append(contentsOf: bytes[start...])
    }

    private func obey(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ length: Int, _ lines: inout [UInt8],
        _ keepsLine: Bool
    ) {
        let lineStart = lines.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        switch bytes[index] {
        case 0x0D:
            // Of several carriage returns the last one counts; one before a line feed ends the line.
            if index + 1 < bytes.count, bytes[index + 1] == 0x0D || bytes[index + 1] == 0x0A { return }
            if keepsLine, lineStart == 0 { lines.append(0x0A) } else { lines.removeSubrange(lineStart...) }
        case 0x08:
            guard lines.count > lineStart else { return }
            while lines.count > lineStart + 1, let last = lines.last, last & 0xC0 == 0x80 {
                lines.removeLast()
            }
            lines.removeLast()
        default:
            // The whole line is erased.
            if bytes[index..<index + length].elementsEqual("\u{1B}[2K".utf8), !keepsLine || lineStart > 0 {
                lines.removeSubrange(lineStart...)
            }
        }
    }

    private enum Length {
        case control(Int)
        case incomplete
        /// Not a sequence that is known.
        case text
    }

    private static func length(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Length {
        if bytes[start] == 0x08 { return .control(1) }
        let rest = bytes[(start + 1)...]
        guard let second = rest.first else { return .incomplete }
        if bytes[start] == 0x0D { return .control(1) }
        switch second {
        case UInt8(ascii: "["):
            let parameters = rest.dropFirst().prefix(longestControl).prefix { (0x20...0x3F).contains($0) }
            guard parameters.endIndex < bytes.count else {
                return parameters.count < longestControl ? .incomplete : .text
            }
            let isFinal = (0x40...0x7E).contains(bytes[parameters.endIndex])
            return isFinal ? .control(parameters.endIndex - start + 1) : .text
        case UInt8(ascii: "]"):
            // Up to BEL or ESC \.
            let string = rest.prefix(longestString)
            guard let end = string.firstIndex(where: { $0 == 0x07 || $0 == 0x1B }) else {
                return string.count < longestString ? .incomplete : .text
            }
            if bytes[end] == 0x07 { return .control(end - start + 1) }
            guard end + 1 < bytes.count else { return .incomplete }
            return bytes[end + 1] == UInt8(ascii: "\\") ? .control(end - start + 2) : .text
        case UInt8(ascii: "("), UInt8(ascii: ")"):
            return rest.count < 2 ? .incomplete : .control(3)
        default: return .text
        }
    }
}
