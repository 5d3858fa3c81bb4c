/// Collects a bracketed paste up to its end mark (`CSI 201 ~`).
struct PasteCollector {
    enum Step {
        /// More follows.
        case incomplete
        /// More follows, and the limit is reached.
        case full
        case ended
    }

    private static let endMark = Array("\u{1B}[201~".utf8)
    /// Bytes after which a paste is split, so that a lost end mark cannot fill the memory.
    private static let limit = 64 << 20

    private var bytes: [UInt8] = []
    /// The bytes of the end mark that were matched last.
    private var matched = 0

    /// Removes what belongs to the paste from the front of `input`.
    mutating func consume(from input: inout ArraySlice<UInt8>) -> Step {
        while let byte = input.first, bytes.count < Self.limit {
            if byte == Self.endMark[matched] {
                matched += 1
                input = input.dropFirst()
                if matched == Self.endMark.count { return .ended }
            } else if matched > 0 {
                // Text that began like the mark; the byte may begin the mark itself.
                bytes += Self.endMark[..<matched]
                matched = 0
            } else {
                let end = input.firstIndex(of: Self.endMark[0]) ?? input.endIndex
                bytes += input[..<end]
                input = input[end...]
            }
        }
        return bytes.count < Self.limit ? .incomplete : .full
    }

    /// The text collected since the last call, with `\n` as line end.
    mutating func takeText() -> String {
        defer { bytes = [] }
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count)
        var last: UInt8 = 0
        for byte in bytes {
            if byte == 0x0D {
                lines.append(0x0A)
            } else if byte != 0x0A || last != 0x0D {
                lines.append(byte)
            }
            last = byte
        }
        return String(decoding: lines, as: UTF8.self)
    }
}
