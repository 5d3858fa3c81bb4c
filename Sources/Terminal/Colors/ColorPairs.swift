/// Numbers for pairs of colours, given out as they are drawn: curses knows colours by the pair, and has few of them.
struct ColorPairs {
    /// What a pair draws: numbers of the terminal's colours, -1 for its own.
    struct Pair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// How many pairs can be told apart, the terminal's own colours (number 0) not counted.
    let limit: Int
    private var numbers: [Pair: Int32] = [:]

    /// - Parameter count: how many pairs the terminal's description allows, number 0 among them.
    init(count: Int) {
        limit = max(0, min(count, Int(Int16.max)) - 1)
    }

    /// The number of a pair, and whether it is new and has to be told to curses; nil when all numbers are taken.
    mutating func number(of pair: Pair) -> (number: Int32, isNew: Bool)? {
        if pair.foreground < 0, pair.background < 0 { return (0, false) }
        if let number = numbers[pair] { return (number, false) }
        guard numbers.count < limit else { return nil }
        let number = Int32(numbers.count + 1)
        numbers[pair] = number
        return (number, true)
    }

    /// Takes all numbers back. What is on the screen has to be drawn again.
    mutating func removeAll() {
        numbers.removeAll(keepingCapacity: true)
    }
}
