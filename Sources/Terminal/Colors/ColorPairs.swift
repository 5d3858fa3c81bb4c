/// Allocates curses' colour pairs, of which there are few, as they are drawn.
struct ColorPairs {
    /// The terminal's colour numbers; -1 for its default colour.
    struct Pair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// The number of pairs, without number 0 (the terminal's default colours).
    let limit: Int
    private var numbers: [Pair: Int32] = [:]

    /// - Parameter count: the pairs that the terminal's description allows, with number 0.
    init(count: Int) {
        limit = max(0, min(count, Int(Int16.max)) - 1)
    }

    /// The number of a pair, and whether it is new and has to be initialised in curses; nil when all numbers are in use.
    mutating func number(of pair: Pair) -> (number: Int32, isNew: Bool)? {
        if pair.foreground < 0, pair.background < 0 { return (0, false) }
        if let number = numbers[pair] { return (number, false) }
        guard numbers.count < limit else { return nil }
        let number = Int32(numbers.count + 1)
        numbers[pair] = number
        return (number, true)
    }

    /// Frees all numbers. The screen has to be drawn again.
    mutating func removeAll() {
        numbers.removeAll(keepingCapacity: true)
    }
}
