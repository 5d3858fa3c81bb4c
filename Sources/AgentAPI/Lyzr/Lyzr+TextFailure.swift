extension Lyzr {
    /// How a stream of bare text says why it breaks off: by a last paragraph `[ERROR] …`, after the event of that name in version 3. The
    /// contract leaves no other place, and every client shows it. A paragraph like that in an answer that is complete is text.
    public enum TextFailure {
        fileprivate static let marker = "\n\n[ERROR] "

        /// - Parameter reason: In words for a person.
        public static func paragraph(_ reason: String) -> String { marker + reason }
    }

    /// Holds back what may be a ``TextFailure``, however the text is cut.
    struct TrailingFailure: Sendable {
        private var held = ""

        /// A longer paragraph is text, so that little is held back.
        private static let limit = 16 << 10

        /// More text, as far as it is certain to be no failure.
        mutating func decode(_ text: String) -> String {
            held += text
            guard let start = held.firstRange(of: TextFailure.marker)?.lowerBound else {
                return release(upTo: Self.endOfCertainty(in: held))
            }
            guard held.utf8.distance(from: start, to: held.endIndex) > Self.limit else {
                return release(upTo: start)
            }
            return release(upTo: held.endIndex)
        }

        /// What is left at the end of the body.
        /// - Parameter isBroken: Whether the body broke off.
        mutating func finish(isBroken: Bool) -> (text: String, failure: String?) {
            let rest = release(upTo: held.endIndex)
            guard isBroken, rest.hasPrefix(TextFailure.marker) else { return (rest, nil) }
            return ("", String(rest.dropFirst(TextFailure.marker.count)))
        }

        private mutating func release(upTo end: String.Index) -> String {
            defer { held = String(held[end...]) }
            return String(held[..<end])
        }

        /// Where a marker may have begun whose rest has not arrived.
        private static func endOfCertainty(in text: String) -> String.Index {
            for length in (1..<TextFailure.marker.utf8.count).reversed() {
                let beginning = TextFailure.marker.utf8.prefix(length)
                if text.utf8.suffix(length).elementsEqual(beginning) {
                    return text.utf8.index(text.endIndex, offsetBy: -length)
                }
            }
            return text.endIndex
        }
    }
}
