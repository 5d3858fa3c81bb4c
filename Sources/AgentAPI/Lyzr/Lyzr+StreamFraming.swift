extension Lyzr {
    /// How the body of a streamed reply is framed.
    enum StreamFraming: Hashable, Sendable {
        /// Nothing but the text (v2).
        case text
        /// Server-sent events with a terminator (v3).
        case events
        /// One JSON object or string.
        case json

        /// The framing that the content type implies; nil if it implies none. `application/json` does not: services send bare text under it
        /// if the client asked for JSON.
        static func promised(by contentType: String?) -> StreamFraming? {
            let type = contentType?.prefix { $0 != ";" }.trimmed.lowercased()
            switch type {
            case "text/plain": return .text
            case "text/event-stream": return .events
            default: return nil
            }
        }

        /// The framing that the first bytes imply; nil as long as more bytes are needed.
        static func guess(_ bytes: [UInt8], isJSON: Bool) -> StreamFraming? {
            let visible = bytes.drop(while: isSpace)
            guard let first = visible.first else { return nil }
            if isJSON, first == UInt8(ascii: "\"") { return .json }
            if first == UInt8(ascii: "{") { return guessObject(visible.dropFirst(), isJSON: isJSON) }
            for field in [Array("data:".utf8), Array("event:".utf8), Array(": ".utf8)] {
                if bytes.starts(with: field) { return .events }
                if field.starts(with: bytes) { return nil }
            }
            return .text
        }

        /// After its brace an object has a key or its end; anything else is a text that begins with a brace.
        private static func guessObject(_ rest: ArraySlice<UInt8>, isJSON: Bool) -> StreamFraming? {
            if isJSON { return .json }
            guard let next = rest.drop(while: isSpace).first else { return nil }
            return next == UInt8(ascii: "\"") || next == UInt8(ascii: "}") ? .json : .text
        }

        private static func isSpace(_ byte: UInt8) -> Bool {
            [0x20, 0x09, 0x0A, 0x0D].contains(byte)
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
