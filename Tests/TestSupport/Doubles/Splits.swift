/// Ways to cut bytes into the pieces in which a network may deliver them.
public enum Splits {
    /// In two, at every place.
    public static func inTwo(_ bytes: [UInt8]) -> [[[UInt8]]] {
        (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
    }

    /// Into single bytes.
    public static func single(_ bytes: [UInt8]) -> [[UInt8]] { bytes.map { [$0] } }

    /// Into pieces of random lengths, the same for the same seed.
    public static func random(_ bytes: [UInt8], seed: UInt64) -> [[UInt8]] {
        var generator = SeededRandom(seed: seed)
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
    public static func all(_ bytes: [UInt8]) -> [[[UInt8]]] {
        inTwo(bytes) + [single(bytes)] + (0..<20).map { random(bytes, seed: $0) }
    }
}
