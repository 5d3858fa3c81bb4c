/// Finds the known name that a misspelled one probably means.
public struct NearestName: Sendable {
    private let known: [String]

    public init(known: [String]) { self.known = known }

    /// The known name with the fewest edits to `name`; nil if they are many for its length.
    public func to(_ name: String) -> String? {
        let wanted = Self.normal(name)
        let limit = max(1, wanted.count / 3)
        return known.map { ($0, Self.edits(wanted, Self.normal($0))) }
            .filter { $0.1 <= limit }
            .min { $0.1 < $1.1 }?.0
    }

    /// A sentence with the nearest name, or with all names if none is near.
    func advice(for name: String) -> String {
        if let nearest = to(name) { return "Did you mean \"\(nearest)\"?" }
        return "There are: \(known.joined(separator: ", "))."
    }

    private static func normal(_ name: String) -> [Character] {
        name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 }
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two names.
    private static func edits(_ one: [Character], _ other: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for (i, a) in one.enumerated() {
            var row = [i + 1]
            for (j, b) in other.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == other[j - 1], one[i - 1] == b {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[other.count]
    }
}
