import Foundation
import Timing

/// What a person types to search: words, `"phrases"`, `-words` that must not be there, and filters: `from:`, `agent:`, `account:`, `in:`,
/// `before:`, `after:`.
public struct SearchQuery: Hashable, Sendable {
    /// A word, which matches the beginning of one, or a phrase, whose words match whole and one after the other.
    public struct Term: Hashable, Sendable {
        public var text: String
        public var isPhrase: Bool
    }

    public enum Filter: String, CaseIterable, Sendable {
        /// `me`, `agent`, or some of an agent's name.
        case from
        /// Some of an agent's name, or its id.
        case agent
        /// The beginning of an account's name.
        case account
        /// Some of a task's title, or the beginning of its id.
        case `in`
        /// A day that is not included.
        case before
        /// A day that is included.
        case after
    }

    /// All of them have to be there.
    public private(set) var terms: [Term] = []
    /// None of them may be there.
    public private(set) var excluded: [Term] = []
    /// One of the values of each has to fit.
    public private(set) var filters: [Filter: [String]] = [:]
    public private(set) var before: Date?
    public private(set) var after: Date?
    /// What is wrong with it, and what would be right.
    public private(set) var problem: String?

    /// - Parameters:
    ///   - zone: where the days of `before:` and `after:` begin.
    ///   - now: what `today` is.
    public init(_ text: String, zone: LocalZone = .system, now: Date = Date()) {
        var reader = Reader(text)
        while let part = reader.next() { add(part, Days(zone: zone, now: now)) }
    }

    /// Whether it asks for nothing.
    public var isEmpty: Bool { terms.isEmpty && excluded.isEmpty && filters.isEmpty }

    private mutating func add(_ part: Reader.Part, _ days: Days) {
        if let name = part.filter, let filter = Filter(rawValue: name), !part.isExcluded {
            guard !part.text.isEmpty else { return }
            filters[filter, default: []].append(part.text)
            guard filter == .before || filter == .after else { return }
            guard let day = days.start(of: part.text) else {
                problem =
                    "“\(part.text)” is not a day: write \(name):2026-03-14, \(name):2026-03, \(name):today or \(name):7d."
                return
            }
            if filter == .before { before = day } else { after = day }
            return
        }
        // A colon without a filter before it is part of a word.
        let text = part.filter.map { $0 + ":" + part.text } ?? part.text
        guard
            text.unicodeScalars.contains(where: {
                $0.properties.isAlphabetic || $0.properties.numericType != nil
            })
        else { return }
        let term = Term(text: text, isPhrase: part.isQuoted && part.filter == nil)
        if part.isExcluded { excluded.append(term) } else { terms.append(term) }
    }

    /// Splits a text at blanks outside of quotation marks.
    private struct Reader {
        struct Part {
            var isExcluded = false
            /// What is before the first colon.
            var filter: String?
            var text = ""
            var isQuoted = false
        }

        private var rest: Substring

        init(_ text: String) { rest = text[...] }

        mutating func next() -> Part? {
            rest = rest.drop(while: \.isWhitespace)
            guard !rest.isEmpty else { return nil }
            var part = Part()
            if rest.first == "-", rest.dropFirst().first.map({ !$0.isWhitespace }) ?? false {
                part.isExcluded = true
                rest.removeFirst()
            }
            if rest.first == "\"" {
                part.text = quoted()
                part.isQuoted = true
                return part
            }
            let word = rest.prefix { !$0.isWhitespace && $0 != ":" }
            let after = rest[word.endIndex...]
            if after.first == ":", Filter(rawValue: word.lowercased()) != nil {
                part.filter = word.lowercased()
                rest = after.dropFirst()
                part.isQuoted = rest.first == "\""
                part.text = part.isQuoted ? quoted() : plain()
            } else {
                part.text = plain()
            }
            return part
        }

        private mutating func plain() -> String {
            let text = rest.prefix { !$0.isWhitespace }
            rest = rest[text.endIndex...]
            return String(text)
        }

        /// Up to the closing mark, or to the end while it is still being typed.
        private mutating func quoted() -> String {
            rest.removeFirst()
            let text = rest.prefix { $0 != "\"" }
            rest = rest[text.endIndex...].dropFirst()
            return String(text)
        }
    }

    /// Days as people write them.
    private struct Days {
        let zone: LocalZone
        let now: Date

        /// The start of a day, a month or a year: `2026-03-14`, `2026-03`, `2026`, `today`, `yesterday`, `7d`.
        func start(of text: String) -> Date? {
            let today = zone.moment(now).day
            switch text.lowercased() {
            case "today": return zone.start(of: today)
            case "yesterday": return zone.start(of: today - 1)
            default: break
            }
            if text.lowercased().hasSuffix("d"), let days = Int(text.dropLast()), (0...100_000).contains(days)
            {
                return zone.start(of: today - days)
            }
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...3).contains(parts.count), let year = parts[0], (1...9999).contains(year) else {
                return nil
            }
            let month = parts.count > 1 ? parts[1] : 1
            let day = parts.count > 2 ? parts[2] : 1
            guard let month, let day, let civil = CivilDay(year: year, month: month, day: day) else {
                return nil
            }
            return zone.start(of: civil.daysSince1970)
        }
    }
}
