import TestSupport
import Testing
import Wire

@Suite struct UTF8DecoderTests {
    private func decode(_ pieces: [[UInt8]]) -> String {
        var decoder = UTF8Decoder()
        return pieces.map { decoder.decode($0) }.joined() + decoder.finish()
    }

    static let samples: [[UInt8]] = [
        Array("plain".utf8), Array("café 漢字 😀👨‍👩‍👧 e\u{301}".utf8),
        [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3], [0x80, 0x80, 0x80, 0x80], [0xE0, 0x80, 0x80],
        [0xED, 0xA0, 0x80, 0x41], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80],
        [0xE2, 0x82, 0xF0, 0x9F, 0x41], [0xC0, 0xAF], [0xFF, 0xFE, 0x00],
        [0xE1, 0x80, 0xE2, 0xF0, 0x91, 0x92, 0xF1, 0xBF, 0x41],
    ]

    @Test("Bytes cut anywhere give the text of the whole", arguments: samples)
    func anySplit(bytes: [UInt8]) {
        let whole = String(decoding: bytes, as: UTF8.self)
        for pieces in Splits.all(bytes) { #expect(Array(decode(pieces).utf8) == Array(whole.utf8)) }
    }

    @Test func randomBytesInRandomPieces() {
        for seed in UInt64(0)..<400 {
            var generator = SeededRandom(seed: seed)
            let bytes = generator.nastyBytes(64)
            let whole = String(decoding: bytes, as: UTF8.self)
            #expect(Array(decode(Splits.random(bytes, seed: seed)).utf8) == Array(whole.utf8), "\(bytes)")
        }
    }

    @Test("What is whole is not held back")
    func promptness() {
        var decoder = UTF8Decoder()
        #expect(decoder.decode(Array("né".utf8)) == "né")
        #expect(decoder.decode([0xC3]) == "")
        #expect(decoder.decode([0xA9, 0x21]) == "é!")
        #expect(decoder.decode([0xFF]) == "\u{FFFD}")
        #expect(decoder.finish() == "")
    }
}
