import Foundation
import RichText
import Timing

/// What commands print with `--json`: UTF-8, names in snake_case, times as RFC 3339 in UTC.
enum JSONOutput {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(time(date))
        }
        return SafeText.json(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
    }

    /// The date of an RFC 3339 time; nil if the text is none.
    static func date(_ text: String) -> Date? {
        let date =
            (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle()))
        return date.map { Date(milliseconds: Int64(($0.timeIntervalSince1970 * 1000).rounded())) }
    }

    /// RFC 3339 with milliseconds: `2026-01-02T03:04:05.678Z`.
    static func time(_ date: Date) -> String {
        // The format cuts off what lies between two milliseconds.
        (Date(milliseconds: date.milliseconds) + 0.0005).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted)
        )
    }
}
