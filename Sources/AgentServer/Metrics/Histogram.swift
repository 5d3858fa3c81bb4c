/// How many values were at most so large, for a few bounds, as Prometheus counts.
struct Histogram: Hashable, Sendable {
    /// Ascending.
    let bounds: [Double]
    /// Of each bound those values that no smaller bound has; the last count is of those beyond all bounds.
    private var counts: [Int]
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func add(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// How many values are at most as large as each bound.
    var cumulative: [Int] {
        var total = 0
        return counts.dropLast().map { count in
            total += count
            return total
        }
    }

    var count: Int { counts.reduce(0, +) }
}
