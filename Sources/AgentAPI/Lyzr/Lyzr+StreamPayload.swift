import Wire

extension Lyzr {
    /// One `data:` payload of a v3 stream.
    enum StreamPayload: Hashable, Sendable {
        case event(StreamDecoder.Event)
        case done

        init(_ event: ServerSentEvent) {
            if event.name == "error" {
                self = .event(.failed(ErrorBody(event.data.utf8).text))
            } else {
                self.init(event.data)
            }
        }

        init(_ payload: String) {
            if payload == "[DONE]" {
                self = .done
            } else if payload.hasPrefix("[ERROR]") {
                let text = payload.dropFirst("[ERROR]".count)
                self = .event(.failed(ErrorBody(text.utf8).text))
            } else if payload.hasPrefix("{"),
                let value = try? WireJSON.decode(JSONValue.self, from: payload.utf8)
            {
                self = .event(Self.event(value) ?? .text(payload))
            } else {
                self = .event(.text(Self.unescaped(payload)))
            }
        }

        /// - Returns: nil for an unknown object: text that happens to be JSON.
        private static func event(_ value: JSONValue) -> StreamDecoder.Event? {
            if let type = value["type"]?.string, type.contains("tool_call") {
                let name = ["name", "tool_name", "tool", "function"].lazy.compactMap { value[$0]?.string }
                    .first
                let input = ["arguments", "args", "input", "parameters"].lazy.compactMap { value[$0] }.first
                let id = ["id", "call_id", "tool_call_id"].lazy.compactMap { value[$0]?.string }.first
                return .toolCall(id: id, name: name ?? type, arguments: input ?? .null)
            }
            switch value["type"]?.string {
            case "thinking": return .thinking(value["content"]?.string ?? "")
            case "tool_result":
                return .toolResult(
                    id: value["id"]?.string ?? "", output: value["output"] ?? .null,
                    isError: value["is_error"] == true)
            case "format": if let format = value["format"]?.string { return .format(format) }
            case "usage":
                let metadata = ReplyMetadata(usage: value)
                if metadata.hasUsage { return .usage(input: metadata.input, output: metadata.output) }
            default: break
            }
            let texts = [value["delta"], value["delta"]?["content"], value["content"]].compactMap {
                $0?.string
            }
            if let text = texts.first(where: { !$0.isEmpty }) { return .text(text) }
            if let error = ErrorBody(reportedIn: value) { return .failed(error.text) }
            return texts.first.map { .text($0) } ?? Lyzr.replyText(value).map { .text($0) }
        }

        /// Reverts the service's escapes: `\n`, `\t`, `\r`, `\"`, `\\`, and the HTML entities it makes of markup characters.
        static func unescaped(_ text: String) -> String {
            guard text.contains("\\") || text.contains("&") else { return text }
            var result = ""
            var rest = text[...]
            while let character = rest.first {
                if character == "\\", let escaped = rest.dropFirst().first.flatMap({ escapes[$0] }) {
                    result.append(escaped)
                    rest = rest.dropFirst(2)
                } else if character == "&",
                    let (name, value) = entities.first(where: { rest.hasPrefix($0.0) })
                {
                    result.append(value)
                    rest = rest.dropFirst(name.count)
                } else {
                    result.append(character)
                    rest = rest.dropFirst()
                }
            }
            return result
        }

        private static let escapes: [Character: Character] = [
            "n": "\n", "t": "\t", "r": "\r", "\"": "\"", "\\": "\\",
        ]

        private static let entities: [(String, Character)] = [
            ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"),
        ]
    }
}
