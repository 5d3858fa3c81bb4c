import Foundation
import Timing

/// A point in time as the services write it, independent of locale and time zone.
///
/// Parses RFC 3339 with `Z` or an offset, with or without a fraction; the same without a zone (Lyzr, UTC is assumed); the same with a
/// space for the `T` (AUI, UTC is assumed); and seconds since 1970 as a number.
public struct Timestamp: Hashable, Sendable {
    /// How a timestamp is formatted. `digits` is the number of decimals of a second, 0 to 6.
    public enum Form: Hashable, Sendable {
        /// `2026-05-10T03:00:00Z`
        case utc(digits: Int = 0)
        /// `2026-05-10T03:00:00+00:00`
        case offset(digits: Int = 0)
        /// `2024-08-21T12:38:10.504000`
        case naive(digits: Int = 6)
        /// `2025-10-09 12:26:07.576000`
        case spaced(digits: Int = 6)
        /// `1746846000.25`, a JSON number
        case unix
    }

    public var date: Date
    public var form: Form

    public init(_ date: Date, _ form: Form = .utc()) {
        self.date = date
        self.form = form
    }

    /// - Returns: nil if the text has none of the forms.
    public init?(_ text: String) {
        var scanner = DigitScanner(text.utf8)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2),
            scanner.skip("-"),
            let day = scanner.number(2), let separator = scanner.next(), "Tt ".utf8.contains(separator),
            let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2),
            let civil = CivilDay(year: year, month: month, day: day), hour < 24, minute < 60
        else { return nil }
        let second = scanner.skip(":") ? scanner.number(2) : 0
        guard let second, second <= 60 else { return nil }
        var fraction = (micros: 0, digits: 0)
        if scanner.skip(".") || scanner.skip(",") {
            guard let read = scanner.fraction() else { return nil }
            fraction = read
        }
        guard let zone = Zone(&scanner), scanner.isAtEnd else { return nil }

        let whole = civil.daysSince1970 * 86400 + hour * 3600 + minute * 60 + second - zone.seconds
        date = Date(timeIntervalSince1970: Double(whole) + Double(fraction.micros) / 1_000_000)
        form = zone.form(isSpaced: separator == UInt8(ascii: " "), digits: fraction.digits)
    }

    /// The text in the timestamp's form; for ``Form/unix`` the number as text.
    public var text: String {
        switch form {
        case .utc(let digits): format(separator: "T", digits: digits) + "Z"
        case .offset(let digits): format(separator: "T", digits: digits) + "+00:00"
        case .naive(let digits): format(separator: "T", digits: digits)
        case .spaced(let digits): format(separator: " ", digits: digits)
        case .unix: String(date.timeIntervalSince1970)
        }
    }

    private func format(separator: String, digits: Int) -> String {
        let micros = Int((date.timeIntervalSince1970 * 1_000_000).rounded())
        let (seconds, fraction) = micros.flooredDivision(by: 1_000_000)
        let (days, time) = seconds.flooredDivision(by: 86400)
        let day = CivilDay(daysSince1970: days)
        let clock = [time / 3600, time / 60 % 60, time % 60].map { $0.zeroPadded(2) }.joined(separator: ":")
        let whole =
            "\(day.year.zeroPadded(4))-\(day.month.zeroPadded(2))-\(day.day.zeroPadded(2))\(separator)\(clock)"
        return digits > 0 ? whole + "." + fraction.zeroPadded(6).prefix(digits) : whole
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let seconds = try? container.decode(Double.self) {
            // A number this large can only be milliseconds: in seconds it would be the year 5138.
            self.init(Date(timeIntervalSince1970: seconds > 1e11 ? seconds / 1000 : seconds), .unix)
            return
        }
        let text = try container.decode(String.self)
        guard let timestamp = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a timestamp")
        }
        self = timestamp
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if form == .unix {
            try container.encode(date.timeIntervalSince1970)
        } else {
            try container.encode(text)
        }
    }
}

/// The zone at the end of a timestamp.
private struct Zone {
    var seconds = 0
    var isNamed = false
    var isUTC = false

    init?(_ scanner: inout DigitScanner) {
        if scanner.isAtEnd { return }
        isNamed = true
        if scanner.skip("Z") || scanner.skip("z") {
            isUTC = true
            return
        }
        let sign = scanner.skip("+") ? 1 : scanner.skip("-") ? -1 : 0
        guard sign != 0, let hours = scanner.number(2), hours < 24 else { return nil }
        _ = scanner.skip(":")
        let minutes = scanner.isAtEnd ? 0 : scanner.number(2)
        guard let minutes, minutes < 60 else { return nil }
        seconds = sign * (hours * 3600 + minutes * 60)
    }

    func form(isSpaced: Bool, digits: Int) -> Timestamp.Form {
        if isSpaced { return .spaced(digits: digits) }
        if !isNamed { return .naive(digits: digits) }
        return isUTC ? .utc(digits: digits) : .offset(digits: digits)
    }
}

/// Consumes digits and single characters from the front of a text.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String.UTF8View) { rest = Substring(String(text)).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func next() -> UInt8? { rest.popFirst() }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    /// Exactly this many digits.
    mutating func number(_ digits: Int) -> Int? {
        guard rest.count >= digits else { return nil }
        var value = 0
        for byte in rest.prefix(digits) {
            guard let digit = Self.digit(byte) else { return nil }
            value = value * 10 + digit
        }
        rest.removeFirst(digits)
        return value
    }

    /// The decimals of a second, at least one; those beyond microseconds are dropped.
    mutating func fraction() -> (micros: Int, digits: Int)? {
        var micros = 0
        var digits = 0
        while let digit = rest.first.flatMap(Self.digit) {
            if digits < 6 {
                micros = micros * 10 + digit
                digits += 1
            }
            rest.removeFirst()
        }
        guard digits > 0 else { return nil }
        for _ in digits..<6 { micros *= 10 }
        return (micros, digits)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
    }
}
