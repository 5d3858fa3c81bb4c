/// Decodes a `text/event-stream` that arrives in pieces (WHATWG HTML, 9.2.6): lines end with LF, CR or CRLF; comments, ids and unknown
/// fields are ignored; a byte order mark may come first. A field `error`, which some servers write, is the data of an event of that name.
/// A character whose halves are in two events is joined: see ``SplitSurrogates``.
public struct ServerSentEventDecoder: Sendable {
    /// Bytes of one line, and of one event's data.
    public static let defaultLimit = 4 << 20

    private let limit: Int
    private var line: [UInt8] = []
    private var isFirstLine = true
    private var lastWasCarriageReturn = false
    private var name: String?
    private var data: [String] = []
    private var dataSize = 0
    private var surrogates = SplitSurrogates()

    public init(limit: Int = Self.defaultLimit) { self.limit = limit }

    /// The events that these bytes complete.
    /// - Throws: ``StreamTooLong``; do not use the decoder afterwards.
    public mutating func decode(_ bytes: [UInt8]) throws(StreamTooLong) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var rest = bytes[...]
        if lastWasCarriageReturn, let first = rest.first {
            lastWasCarriageReturn = false
            if first == UInt8(ascii: "\n") { rest.removeFirst() }
        }
        while let end = rest.firstIndex(where: Self.endsLine) {
            try append(rest[..<end])
            let isReturn = rest[end] == UInt8(ascii: "\r")
            rest = rest[(end + 1)...]
            if isReturn { skipLineFeed(&rest) }
            if let event = try endLine() { events += surrogates.join(event) }
        }
        try append(rest)
        return events
    }

    /// What is left at the end: an event whose line end or blank line never came. A line that is only a part of a JSON document is dropped.
    public mutating func finish() -> [ServerSentEvent] {
        if isWholeLine { _ = try? endLine() }
        line = []
        return (endEvent().map { surrogates.join($0) } ?? []) + [surrogates.finish()].compactMap(\.self)
    }

    /// Whether the last line, which has no end, seems to have all of its value.
    private var isWholeLine: Bool {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
        let text = data.isEmpty ? value : (data.joined(separator: "\n") + "\n").utf8 + value
        guard !value.isEmpty else { return false }
        guard BodyForm.guess(Array(text)) == .json || BodyForm.guess(Array(value)) == .json else {
            return true
        }
        return JSONValue(text: String(decoding: text, as: UTF8.self)) != nil
            || String(decoding: value, as: UTF8.self) == "[DONE]"
    }

    private static func endsLine(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private mutating func skipLineFeed(_ rest: inout ArraySlice<UInt8>) {
        guard let next = rest.first else {
            lastWasCarriageReturn = true
            return
        }
        if next == UInt8(ascii: "\n") { rest.removeFirst() }
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws(StreamTooLong) {
        guard line.count + bytes.count <= limit else { throw StreamTooLong(limit: limit) }
        line += bytes
    }

    private mutating func endLine() throws(StreamTooLong) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        if line.isEmpty { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data":
            try append(data: value)
        case "event":
            name = String(decoding: value, as: UTF8.self)
        case "error":
            name = "error"
            try append(data: value)
        default:
            break
        }
        return nil
    }

    private mutating func append(data value: ArraySlice<UInt8>) throws(StreamTooLong) {
        dataSize += value.count + 1
        guard dataSize <= limit else { throw StreamTooLong(limit: limit) }
        data.append(String(decoding: value, as: UTF8.self))
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            name = nil
            data = []
            dataSize = 0
        }
        return data.isEmpty ? nil : ServerSentEvent(name: name, data: data.joined(separator: "\n"))
    }
}
