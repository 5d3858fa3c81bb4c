import Testing

@testable import Terminal

@Suite struct ColorPairsTests {
    /// The number of a pair, negative when it is not new; nil when there is none left.
    private static func number(_ foreground: Int32, _ background: Int32, in pairs: inout ColorPairs) -> Int32?
    {
        guard let (number, isNew) = pairs.number(of: .init(foreground: foreground, background: background))
        else { return nil }
        return isNew ? number : -number
    }

    @Test func givesEachPairOneNumber() {
        var pairs = ColorPairs(count: 64)
        let numbers = [(-1, -1), (1, -1), (2, -1), (1, -1)].map { Self.number($0, $1, in: &pairs) }
        #expect(numbers == [0, 1, 2, -1])
    }

    @Test func hasNoMoreThanTheTerminal() {
        var pairs = ColorPairs(count: 3)
        let numbers = [(1, 1), (2, 1), (3, 1), (2, 1)].map { Self.number($0, $1, in: &pairs) }
        #expect(numbers == [1, 2, nil, -2])
        pairs.removeAll()
        #expect(Self.number(3, 1, in: &pairs) == 1)
    }
}
