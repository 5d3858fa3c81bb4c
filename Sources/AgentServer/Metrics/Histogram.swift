/// A Prometheus histogram: how many values were at most as large as each bound.
struct Histogram: Hashable, Sendable {
    /// Ascending.
    let bounds: [Double]
    /// Per bound, without those of the smaller bounds; the last count is of the values beyond all bounds.
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

    /// The counts per bound, with those of the smaller bounds.
    var cumulative: [Int] {
        var total = 0
        return counts.dropLast().map { count in
            total += count
            return total
        }
    }

    var count: Int { counts.reduce(0, +) }
}
