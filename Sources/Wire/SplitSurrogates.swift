/// Joins a character that a service has cut in two: the escape of its first half ends a string in the JSON of one event, that of the
/// second begins a string in the next (`"…\ud83d"`, `"\ude80…"`). The first half moves to the second.
///
/// An event that ends so is held back until the next one shows whether its half is alone.
struct SplitSurrogates: Sendable {
    private var held: ServerSentEvent?

    /// The events that are known to be whole.
    mutating func join(_ event: ServerSentEvent) -> [ServerSentEvent] {
        var event = event
        var whole: [ServerSentEvent] = []
        if var before = held {
            held = nil
            Self.join(&before.data, &event.data)
            whole.append(before)
        }
        if Self.highHalf(in: Array(event.data.utf8)) == nil {
            whole.append(event)
        } else {
            held = event
        }
        return whole
    }

    /// What is held back at the end.
    mutating func finish() -> ServerSentEvent? {
        defer { held = nil }
        return held
    }

    private static func join(_ before: inout String, _ after: inout String) {
        var (first, second) = (Array(before.utf8), Array(after.utf8))
        guard let high = highHalf(in: first), let low = lowHalf(in: second) else { return }
        second.insert(contentsOf: first[high], at: low)
        first.removeSubrange(high)
        before = String(decoding: first, as: UTF8.self)
        after = String(decoding: second, as: UTF8.self)
    }

    private static let length = #"\ud83d"#.utf8.count

    /// The escape of a first half that ends a string.
    private static func highHalf(in json: [UInt8]) -> Range<Int>? {
        var position = 0
        while let start = json[position...].firstIndex(of: UInt8(ascii: "\\")) {
            let end = start + length
            if isHalf(json, at: start, "89abAB"), end < json.count, json[end] == UInt8(ascii: "\"") {
                return start..<end
            }
            // What follows a backslash is a part of its escape.
            position = min(start + 2, json.count)
        }
        return nil
    }

    /// Where the escape of a second half begins that begins a string.
    private static func lowHalf(in json: [UInt8]) -> Int? {
        json.indices.dropFirst().first { index in
            json[index] == UInt8(ascii: "\\") && json[index - 1] == UInt8(ascii: "\"")
                && (index < 2 || json[index - 2] != UInt8(ascii: "\\")) && isHalf(json, at: index, "cdefCDEF")
        }
    }

    /// Whether the escape at a place is one of the surrogates whose second digit is one of these.
    private static func isHalf(_ json: [UInt8], at start: Int, _ digits: String) -> Bool {
        guard start + length <= json.count, json[start + 1] == UInt8(ascii: "u"),
            "dD".utf8.contains(json[start + 2]), digits.utf8.contains(json[start + 3])
        else { return false }
        return json[(start + 4)..<(start + length)].allSatisfy {
            Character(Unicode.Scalar($0)).hexDigitValue != nil
        }
    }
}
