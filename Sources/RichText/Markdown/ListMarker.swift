/// The marker of a list's item.
struct ListMarker {
    /// Its bytes.
    var length: Int
    /// The bullet, or the delimiter after the number. Items with the same belong to one list.
    var mark: UInt8
    var numbering: (start: Int, delimiter: Character)?

    init?(_ line: UnsafeBufferPointer<UInt8>) {
        guard let first = line.first else { return nil }
        mark = first
        length = 1
        switch first {
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"): break
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            let digits = line.prefix(10).prefix { $0 &- 0x30 < 10 }
            guard digits.count < 10, digits.count < line.count else { return nil }
            mark = line[digits.count]
            guard mark == UInt8(ascii: ".") || mark == UInt8(ascii: ")") else { return nil }
            length = digits.count + 1
            numbering = (
                digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, mark == UInt8(ascii: ".") ? "." : ")"
            )
        default: return nil
        }
        guard length == line.count || line[length] == 0x20 || line[length] == 0x09 else { return nil }
    }
}
