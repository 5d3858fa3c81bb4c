/// Collects what is pasted, up to the mark that ends it (`CSI 201 ~`).
struct PasteCollector {
    enum Step {
        /// More is to come.
        case incomplete
        /// More is to come, and it is so much that what is here had better be used.
        case full
        case ended
    }

    private static let endMark = Array("\u{1B}[201~".utf8)
    /// What is longer comes as several pastes, so that an end mark that got lost cannot fill the memory.
    private static let limit = 64 << 20

    private var bytes: [UInt8] = []
    /// How many bytes of the end mark were read last.
    private var matched = 0

    /// Takes what belongs to the paste from the front of `input`.
    mutating func take(from input: inout ArraySlice<UInt8>) -> Step {
        while let byte = input.first, bytes.count < Self.limit {
            if byte == Self.endMark[matched] {
                matched += 1
                input = input.dropFirst()
                if matched == Self.endMark.count { return .ended }
            } else if matched > 0 {
                // It was text that began like the mark; the byte may begin the mark itself.
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

    /// The text collected since the last call, its lines ended by `\n` whatever the terminal made of them.
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
