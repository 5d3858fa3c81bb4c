import Foundation

/// The text and code in the body of any vendor's error response.
///
/// The first match wins: `error.message`; `messages[0]` with `field_errors`; `description` and `message`; `detail` as a string;
/// `detail[]` or `errors[]` with `loc` and `msg`; the title of an HTML page; the body itself, shortened.
public struct ErrorBody: Hashable, Sendable {
    /// One line in the service's own words; empty if there are none.
    public var text: String
    /// The service's error code: `task_busy`.
    public var code: String?

    /// The most characters of ``text``.
    public static let limit = 1000

    public init(text: String, code: String? = nil) {
        self.text = Self.line(text)
        self.code = code.map(Self.line).flatMap { $0.isEmpty ? nil : $0 }
    }

    public init(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        if let value = try? WireJSON.decode(JSONValue.self, from: bytes) {
            self.init(value)
        } else {
            let raw = String(decoding: bytes, as: UTF8.self)
            self.init(text: Self.pageTitle(raw) ?? raw)
        }
    }

    public init(_ value: JSONValue) {
        let code = value["error"]?["code"]?.string ?? value["code"]?.string
        self.init(text: Self.message(in: value) ?? value.readable, code: code)
    }

    private static func message(in value: JSONValue) -> String? {
        if let text = value.string { return nonEmpty(text) }
        return nonEmpty(value["error"]?["message"]?.string)
            ?? messages(value)
            ?? description(value)
            ?? nonEmpty(value["detail"]?.string)
            ?? list(value["detail"] ?? value["errors"])
            ?? nonEmpty(value["error"]?.string)
            ?? value["detail"].flatMap(message)
    }

    private static func messages(_ value: JSONValue) -> String? {
        var lines = value["messages"]?.elements?.prefix(1).compactMap(\.string) ?? []
        if case .object(let fields) = value["field_errors"] ?? .null {
            lines += fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.readable)" }
        }
        return nonEmpty(lines.joined(separator: "; "))
    }

    private static func description(_ value: JSONValue) -> String? {
        var parts: [String] = []
        for part in [value["description"]?.string, value["message"]?.string] {
            if let part = nonEmpty(part), !parts.contains(part) { parts.append(part) }
        }
        return nonEmpty(parts.joined(separator: ": "))
    }

    private static func list(_ value: JSONValue?) -> String? {
        guard let items = value?.elements else { return nil }
        let lines = items.compactMap { item -> String? in
            guard let message = item["msg"]?.string ?? item["message"]?.string ?? item.string else {
                return nil
            }
            let place = item["loc"]?.elements?.map(\.readable).filter { $0 != "body" } ?? []
            return place.isEmpty ? message : "\(place.joined(separator: ".")): \(message)"
        }
        return nonEmpty(lines.joined(separator: "; "))
    }

    private static func pageTitle(_ text: String) -> String? {
        guard let start = text.range(of: "<title>", options: .caseInsensitive),
            let end = text.range(
                of: "</title>", options: .caseInsensitive, range: start.upperBound..<text.endIndex)
        else { return nil }
        return nonEmpty(String(text[start.upperBound..<end.lowerBound]))
    }

    private static func nonEmpty(_ text: String?) -> String? {
        guard let text, text.contains(where: { !$0.isWhitespace }) else { return nil }
        return text
    }

    /// Collapses white space and cuts the text at the limit.
    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > limit ? line.prefix(limit) + "…" : line
    }
}
