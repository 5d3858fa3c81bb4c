/// What a body is, by its first bytes and not by its label, which may be wrong.
public enum BodyForm: Hashable, Sendable {
    /// An object or a list.
    case json
    /// Server-sent events.
    case events
    /// A web page: a sign-in of the network, the error of a proxy.
    case page
    case text

    /// A byte order mark.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let fields = ["data:", "event:", "id:", "retry:", "error:", ":"].map { Array($0.utf8) }
    private static let pages = ["<!doctype", "<html", "<head", "<?xml"].map { Array($0.utf8) }

    /// - Returns: nil as long as more bytes are needed.
    public static func guess(_ bytes: [UInt8]) -> BodyForm? {
        if bytes.count < mark.count, mark.starts(with: bytes) { return nil }
        var visible = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        visible = visible.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard let first = visible.first else { return nil }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .json }
        var isOpen = false
        for (beginnings, form) in [(fields, BodyForm.events), (pages, .page)] {
            for beginning in beginnings {
                let start = visible.prefix(beginning.count).map(lowercased)
                if start == beginning { return form }
                if beginning.starts(with: start) { isOpen = true }
            }
        }
        return isOpen ? nil : .text
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
