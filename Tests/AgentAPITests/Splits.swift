/// Ways to cut bytes into the pieces in which a network may deliver them.
enum Splits {
    /// In two, at every place.
    static func inTwo(_ bytes: [UInt8]) -> [[[UInt8]]] {
        (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    }

    /// Into single bytes.
    static func single(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }

    /// Into pieces of random lengths, the same for the same seed.
    static func random(_ bytes: [UInt8], seed: UInt64) -> [[UInt8]] {
        var generator = SplitMix(state: seed)
        var rest = bytes[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let length = min(rest.count, Int.random(in: 1...9, using: &generator))
            pieces.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    /// Every way above.
    static func all(_ bytes: [UInt8]) -> [[[UInt8]]] {
        inTwo(bytes) + [single(bytes)] + (0..<20).map { random(bytes, seed: $0) }
    }
}

/// A small random generator that a seed decides wholly (splitmix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SplitMix {
    /// Bytes of which many are line ends, braces, quotes and parts of long characters.
    mutating func nastyBytes(_ count: Int) -> [UInt8] {
        let favourites =
            Array("\r\n: {}\"[]\\data&é€😀".utf8) + [0xFF, 0xC0, 0xE0, 0xED, 0xF0, 0xF4, 0x80, 0x00]
        return (0..<count).map { _ in
            Bool.random(using: &self)
                ? favourites[Int.random(in: 0..<favourites.count, using: &self)]
                : UInt8.random(in: 0...255, using: &self)
        }
    }
}
