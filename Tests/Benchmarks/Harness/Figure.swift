import Foundation

/// What was measured of one thing: in a small case first, in the largest one last.
struct Figure: Encodable {
    enum Unit: String, Encodable {
        /// Seconds on the clock.
        case time = "s"
        /// Seconds of the processor: what other programs do meanwhile hardly counts.
        case processor = "s cpu"
        case bytes = "B"
        case bytesPerSecond = "B/s"
        case perSecond = "1/s"
        case count = "count"
    }

    struct Case: Encodable {
        var label: String
        var value: Double
    }

    var name: String
    var unit: Unit
    var cases: [Case]

    init(_ name: String, _ unit: Unit, _ cases: [(label: String, value: Double)]) {
        self.name = name
        self.unit = unit
        self.cases = cases.map { Case(label: $0.label, value: $0.value) }
    }

    /// The last case over the first: about 1 where nothing grows.
    var ratio: Double? {
        guard cases.count > 1, let first = cases.first?.value, let last = cases.last?.value, first > 0 else {
            return nil
        }
        return last / first
    }

    private enum CodingKeys: String, CodingKey {
        case name, unit, cases, ratio
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(unit, forKey: .unit)
        try container.encode(cases, forKey: .cases)
        try container.encodeIfPresent(ratio, forKey: .ratio)
    }
}

// MARK: - For people

extension Figure {
    /// One line: the name, each case, the ratio.
    var text: String {
        let shown = cases.map { one in
            (one.label.isEmpty ? "" : one.label + " ") + unit.text(one.value)
        }
        let title = name.padding(toLength: max(46, name.count), withPad: " ", startingAt: 0)
        let ratio = ratio.map { String(format: "   ×%.2f", $0) } ?? ""
        return "  " + title + "  " + shown.joined(separator: " · ") + ratio
    }
}

extension Figure.Unit {
    fileprivate func text(_ value: Double) -> String {
        switch self {
        case .time: Self.scaled(value, Self.times)
        case .processor: Self.scaled(value, Self.times) + " cpu"
        case .bytes: Self.scaled(value, Self.sizes)
        case .bytesPerSecond: Self.scaled(value, Self.sizes) + "/s"
        case .perSecond: Self.digits(value) + "/s"
        case .count: Self.digits(value)
        }
    }

    private static let times = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]
    private static let sizes = [(1e6, "MB"), (1e3, "kB"), (1.0, "B")]

    private static func scaled(_ value: Double, _ scales: [(factor: Double, name: String)]) -> String {
        let scale = scales.first { value >= $0.factor } ?? scales[scales.count - 1]
        return digits(value / scale.factor) + " " + scale.name
    }

    private static func digits(_ value: Double) -> String {
        String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
    }
}
