/// A random generator that depends on nothing but its seed (SplitMix64), so that a failure can be repeated.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// One of `elements`, which are not empty.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    public mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// Bytes of which many are line ends, braces, quotes and parts of long characters.
    public mutating func nastyBytes(_ count: Int) -> [UInt8] {
        let favourites =
            Array("\r\n: {}\"[]\\data&é€😀".utf8) + [0xFF, 0xC0, 0xE0, 0xED, 0xF0, 0xF4, 0x80, 0x00]
        return (0..<count).map { _ in
            Bool.random(using: &self) ? pick(favourites) : UInt8.random(in: 0...255, using: &self)
        }
    }
}
