import Foundation

/// Finds which messages of a service's history are here already, because they were said here.
struct HistoryAlignment {
    /// What identifies a message where the two sides share no id.
    struct Words: Hashable {
        var role: Message.Role
        var text: String

        init(_ role: Message.Role, _ text: String) {
            self.role = role
            self.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// The first message of the history that is here; nil if none is. What follows it was said since.
    let start: Int?

    /// Finds the longest run of messages that both have, the later one of two.
    init(of history: [Words], with here: [Words]) {
        var best = (length: 0, end: 0)
        // The lengths of the common runs that end at the message before, by where they end here.
        var before = [Int](repeating: 0, count: here.count + 1)
        for (place, words) in history.enumerated() {
            var lengths = [Int](repeating: 0, count: here.count + 1)
            for (other, said) in here.enumerated() where said == words {
                lengths[other + 1] = before[other] + 1
                if lengths[other + 1] >= best.length { best = (lengths[other + 1], place) }
            }
            before = lengths
        }
        start = best.length > 0 ? best.end + 1 - best.length : nil
    }

    /// How many messages in a row must be the same for a history to go on after what is here.
    private static let certainty = 6

    /// Where the history goes on after the last message that is here; nil if that is not certain.
    static func continuation(of history: [Words], after here: [Words]) -> Int? {
        guard !here.isEmpty else { return nil }
        return history.indices.reversed().first { place in
            let length = min(certainty, here.count, place + 1)
            return history[...place].suffix(length).elementsEqual(here.suffix(length))
        }.map { $0 + 1 }
    }
}
