import Wire

extension Lyzr {
    /// How the body of a streamed reply is framed.
    enum StreamFraming: Hashable, Sendable {
        /// Nothing but the text (v2).
        case text
        /// Server-sent events with a terminator (v3).
        case events
        /// One JSON object or string.
        case json
        /// A web page instead of a reply.
        case page

        /// What the content type says of a body, as far as that is of use.
        enum Label: Hashable, Sendable {
            case text, events, json, page, other

            init(_ contentType: String?) {
                switch contentType?.prefix(while: { $0 != ";" }).trimmed.lowercased() {
                case "text/plain": self = .text
                case "text/event-stream": self = .events
                case "application/json": self = .json
                case "text/html": self = .page
                default: self = .other
                }
            }
        }

        /// The framing that the first bytes imply; nil as long as more bytes are needed. Text is what every label may have, and in plain text
        /// only what cannot well be the agent's words counts as something else.
        static func guess(_ bytes: [UInt8], _ label: Label) -> StreamFraming? {
            guard let form = BodyForm.guess(bytes) else { return nil }
            if label == .text { return guessText(bytes, form) }
            let unmarked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
            let visible = unmarked.drop(while: isSpace)
            if label == .json, visible.first == UInt8(ascii: "\"") { return .json }
            switch form {
            case .json:
                guard visible.first == UInt8(ascii: "{") else { return .text }
                return guessObject(visible.dropFirst(), isJSON: label == .json)
            case .events where label != .events:
                // Text may begin with a colon, or with a word and a colon.
                return beginsEvents(bytes)
            case .events: return .events
            case .page: return .page
            case .text: return label == .events ? guessLine(bytes) : .text
            }
        }

        private static let eventFields = ["data:", "event:", ": "].map { Array($0.utf8) }

        private static func beginsEvents(_ bytes: [UInt8]) -> StreamFraming? {
            if eventFields.contains(where: bytes.starts) { return .events }
            return eventFields.contains { $0.starts(with: bytes) } ? nil : .text
        }

        /// An object that reports an error, or events whose data is JSON or a mark of the contract, under the label of plain text.
        private static func guessText(_ bytes: [UInt8], _ form: BodyForm) -> StreamFraming? {
            let rest: [UInt8]
            let beginnings: [String]
            switch form {
            case .json:
                rest = bytes.drop(while: isSpace).filter { !isSpace($0) }
                beginnings = errorObjects
            case .events:
                rest = bytes.filter { $0 != UInt8(ascii: " ") }
                beginnings = ["data:{", "data:[DONE]", "data:[ERROR]"]
            case .page, .text:
                return .text
            }
            if beginnings.contains(where: { rest.starts(with: $0.utf8) }) {
                return form == .json ? .json : .events
            }
            return beginnings.contains { $0.utf8.starts(with: rest) } ? nil : .text
        }

        /// The first line of events may be a field that the standard does not name; a line without a colon is none.
        private static func guessLine(_ bytes: [UInt8]) -> StreamFraming? {
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            guard line.count < bytes.count || bytes.count > 1024 else { return nil }
            return line.contains(UInt8(ascii: ":")) ? .events : .text
        }

        private static let errorObjects = [
            #"{"error":"#, #"{"detail":"#, #"{"errors":"#, #"{"object":"error""#, #"{"status_code":"#,
        ]

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
