import Wire

extension Lyzr {
    /// What Parley's own server says of an answer besides its text, where the API has `metadata`: `{"format": "terminal", "usage":
    /// {"input_tokens": 1, "output_tokens": 2}}`.
    public struct ReplyMetadata: Hashable, Sendable {
        /// `text` or `terminal`; nil for Markdown.
        public var format: String?
        public var input: Int64?
        public var output: Int64?

        public init(_ metadata: JSONValue?) {
            self.init(usage: metadata?["usage"])
            format = metadata?["format"]?.string
        }

        /// - Parameter usage: with `input_tokens` and `output_tokens`.
        init(usage: JSONValue?) {
            func count(_ name: String) -> Int64? {
                if case .integer(let count)? = usage?[name], count >= 0 { count } else { nil }
            }
            (input, output) = (count("input_tokens"), count("output_tokens"))
        }

        var hasUsage: Bool { input != nil || output != nil }
    }
}
