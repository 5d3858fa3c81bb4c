import Wire

extension Lyzr {
    /// Decodes the body of a streamed reply, cut anywhere, into text.
    ///
    /// The body is bare text with or without one leading `LYZR_AGENT: ` (v2), server-sent events that end with `[DONE]` (v3), or a single
    /// JSON value. The first bytes decide which, and the content type where they leave it open.
    public struct StreamDecoder: Sendable {
        public enum Event: Hashable, Sendable {
            /// More text.
            case text(String)
            /// More of the agent's thinking before its answer.
            case thinking(String)
            /// The agent calls a tool.
            case toolCall(id: String?, name: String, arguments: JSONValue)
            /// What a call has given. Only from servers that say so.
            case toolResult(id: String, output: JSONValue, isError: Bool)
            /// How the text is meant to be read, and the tokens of the reply. Only from servers that say so.
            case format(String)
            case usage(input: Int64?, output: Int64?)
            /// The service reports that the turn failed.
            case failed(String)
            /// A web page came instead of a reply.
            case unexpectedPage(title: String)
        }

        /// How the body ended.
        public enum End: Hashable, Sendable {
            case complete
            /// The framing has a terminator, which never came.
            case truncated
        }

        /// Bytes of a JSON body, and of what is held back until the framing is known, at most.
        private let limit: Int
        private let label: StreamFraming.Label
        /// nil until it is known.
        private var framing: StreamFraming?
        /// The bytes of a JSON body, or those before the framing was known.
        private var held: [UInt8] = []
        private var tag = LeadingTag()
        private var characters = UTF8Decoder()
        private var failure = TrailingFailure()
        private var events = ServerSentEventDecoder()
        private var thoughts = Thoughts()

        /// Whether the terminator has arrived; what follows is ignored.
        public private(set) var isDone = false

        public init(contentType: String?, limit: Int = 8 << 20) {
            self.limit = limit
            label = StreamFraming.Label(contentType)
        }

        /// The events that these bytes complete.
        /// - Throws: ``StreamTooLong``; do not use the decoder afterwards.
        public mutating func decode(_ bytes: [UInt8]) throws(StreamTooLong) -> [Event] {
            if isDone { return [] }
            switch framing {
            case .text:
                return Self.text(failure.decode(characters.decode(tag.strip(bytes))))
            case .events:
                return apply(try events.decode(bytes))
            case .json, .page, nil:
                guard held.count + bytes.count <= limit else { throw StreamTooLong(limit: limit) }
                held += bytes
                return framing == nil ? try decide() : []
            }
        }

        /// The events of the rest at the end of the body, and whether the body is whole.
        /// - Parameter isBroken: Whether the body broke off: then bare text may end with the reason.
        public mutating func finish(isBroken: Bool = false) -> (events: [Event], end: End) {
            if isDone { return ([], .complete) }
            if framing == nil, label == .events, BodyForm.guess(held) == nil { return ([], .truncated) }
            switch framing {
            case .text, nil:
                // Without a framing the body was too short to be anything but text.
                let rest = characters.decode(held + tag.finish()) + characters.finish()
                let certain = failure.decode(rest)
                let (text, reason) = failure.finish(isBroken: isBroken)
                isDone = true
                return (Self.text(certain + text) + (reason.map { [.failed($0)] } ?? []), .complete)
            case .events:
                let rest = apply(events.finish())
                return (isDone ? rest : rest + thoughts.finish(), isDone ? .complete : .truncated)
            case .json:
                isDone = true
                return Self.whole(held, label)
            case .page:
                isDone = true
                return ([.unexpectedPage(title: ErrorBody.title(ofPage: held) ?? "")], .complete)
            }
        }

        private mutating func decide() throws(StreamTooLong) -> [Event] {
            framing = StreamFraming.guess(held, label)
            guard let framing, framing == .text || framing == .events else { return [] }
            let bytes = held
            held = []
            return try decode(bytes)
        }

        private mutating func apply(_ events: [ServerSentEvent]) -> [Event] {
            var decoded: [Event] = []
            for event in events {
                switch StreamPayload(event) {
                case .event(.text(let text)):
                    decoded += thoughts.decode(text)
                case .event(let event):
                    decoded.append(event)
                case .done:
                    isDone = true
                    return decoded + thoughts.finish()
                }
            }
            return decoded
        }

        private static func whole(_ bytes: [UInt8], _ label: StreamFraming.Label) -> (
            events: [Event], end: End
        ) {
            let words = String(decoding: bytes, as: UTF8.self)
            guard let value = JSONValue(text: words) else {
                return (text(words), label == .text ? .complete : .truncated)
            }
            if let error = ErrorBody(reportedIn: value) { return ([.failed(error.text)], .complete) }
            if label == .text { return (text(words), .complete) }
            return (text(Lyzr.replyText(value) ?? value.readable), .complete)
        }

        private static func text(_ text: String) -> [Event] { text.isEmpty ? [] : [.text(text)] }
    }

    /// Strips the vendor's `LYZR_AGENT: ` from the front of a text, once, however the text is cut.
    struct LeadingTag: Sendable {
        private static let tag = Array("LYZR_AGENT: ".utf8)

        /// What may be the beginning of the tag; nil once that is decided.
        private var held: [UInt8]? = []

        mutating func strip(_ bytes: [UInt8]) -> [UInt8] {
            guard let held else { return bytes }
            let all = held + bytes
            if all.starts(with: Self.tag) {
                self.held = nil
                return Array(all.dropFirst(Self.tag.count))
            }
            if Self.tag.starts(with: all) {
                self.held = all
                return []
            }
            self.held = nil
            return all
        }

        /// What was held back: a text that ends within the tag.
        mutating func finish() -> [UInt8] {
            defer { held = nil }
            return held ?? []
        }
    }
}
