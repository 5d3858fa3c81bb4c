import Foundation
import TestSupport
import Testing

@testable import Wire

/// What services write in place of JSON.
@Suite struct JSONReaderTests {
    private func read(_ text: String) -> (value: JSONValue?, isStrict: Bool) {
        var reader = JSONReader(text.utf8)
        let value = reader.read()
        return (value, reader.isStrict)
    }

    static let tolerated: [(text: String, value: JSONValue)] = [
        (#""cut \ud83d and on""#, "cut \u{FFFD} and on"), (#""\ude80\ud83d""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud83d\ud83d\ude80""#, "\u{FFFD}🚀"), (#""\ud83d\n""#, "\u{FFFD}\n"),
        (#""C:\dir \x41 \u12 \u""#, #"C:\dir \x41 \u12 \u"#), (#""it\'s""#, "it's"), (#"'it"s'"#, #"it"s"#),
        ("\"two\nlines\tand a tab\"", "two\nlines\tand a tab"), ("\u{FEFF}{}", [:]),
        (#"{"a": NaN, "b": -Infinity, "c": 1e999}"#, ["a": "NaN", "b": "-Infinity", "c": "1e999"]),
        ("{'a': None, 'b': True, 'c': False}", ["a": nil, "b": true, "c": false]),
        ("[1, 2, ]", [1, 2]), ("{\"a\": 1,}", ["a": 1]), ("[1,,2]", [1, 2]), ("[,]", []),
        ("[007, +1, .5, 1., -.5]", [7, 1, 0.5, 1, -0.5]), ("1\0", 1), ("undefined", nil),
    ]

    @Test("What is no JSON to the letter is read as it is meant", arguments: tolerated)
    func tolerance(text: String, value: JSONValue) throws {
        for (text, value) in [(text, value), (#"{"k":\#(text)}"#, ["k": value])]
        where !text.contains(":\u{FEFF}") {
            let read = read(text)
            #expect(read.value == value)
            #expect(!read.isStrict)
            #expect(try WireJSON.decode(JSONValue.self, from: text.utf8) == value)
        }
    }

    @Test(
        "A document that is incomplete, or none, is refused",
        arguments: [
            "", " ", "{", "[1", #"{"a""#, #"{"a":"#, #"{"a":1"#, #""cut"#, #""cut\"#, #""cut\u00"#, "tru",
            "words",
            "{a: 1}", "{} {}", "[1 2]", "-", "+", ".", "e", "1-2", "<p>", "{\"a\" 1}",
            String(repeating: "[", count: 513) + String(repeating: "]", count: 513),
        ])
    func refusal(text: String) {
        #expect(read(text).value == nil)
        #expect(throws: DecodingError.self) { try WireJSON.decode(JSONValue.self, from: text.utf8) }
    }

    @Test func deepNestingIsRead() {
        let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(read(text).value != nil)
    }

    /// Foundation's decoder looks at a string when it is asked for it, and fails the field.
    @Test func aTypeIsDecodedFromItToo() throws {
        struct Answer: Decodable, Equatable {
            var status: String
            var number: Double
            var texts: [String]
        }
        let text = #"{"status": "a \ud83d b", "number": 1.50, "texts": ["\x", 'y',],}"#
        let answer = try WireJSON.decode(Answer.self, from: text.utf8)
        #expect(answer == Answer(status: "a \u{FFFD} b", number: 1.5, texts: ["\\x", "y"]))
    }

    // MARK: Properties

    private static func value(_ random: inout SeededRandom, depth: Int) -> JSONValue {
        let strings = ["", "a", "é😀", "\"\\/", "\n\t\u{1}\u{7F}", "\u{2028}", "\u{FFFD}", "null"]
        switch random.number(0...(depth > 3 ? 5 : 7)) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2:
            return .integer(Int64.random(in: .min ... .max, using: &random) >> Int64(random.number(0...62)))
        case 3: return .number(Double.random(in: -1e6...1e6, using: &random) + 0.123)
        case 4, 5: return .string((0..<random.number(0...3)).map { _ in random.pick(strings) }.joined())
        case 6: return .array((0..<random.number(0...4)).map { _ in value(&random, depth: depth + 1) })
        default:
            let members = (0..<random.number(0...4)).map { _ in
                (random.pick(strings), value(&random, depth: depth + 1))
            }
            return .object(Dictionary(members) { first, _ in first })
        }
    }

    @Test func whatIsWrittenIsReadAndStrict() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            let value = Self.value(&random, depth: 0)
            let encoder = JSONEncoder()
            if seed % 2 == 0 { encoder.outputFormatting = .prettyPrinted }
            for data in [try encoder.encode(value), try WireJSON.encodeASCII(value)] {
                let read = read(String(decoding: data, as: UTF8.self))
                #expect(read.value == value, "seed \(seed)")
                #expect(read.isStrict, "seed \(seed)")
            }
        }
    }

    @Test(
        "Whatever Foundation's decoder accepts is read as the same, also of documents that are damaged at random"
    )
    func damage() throws {
        var accepted = 0
        let encoder = JSONEncoder()
        // In another order of the keys, the same damage can make one a key that is there already, of which each decoder takes another.
        encoder.outputFormatting = .sortedKeys
        for seed in UInt64(0)..<3000 {
            var random = SeededRandom(seed: seed)
            var bytes = Array(try encoder.encode(Self.value(&random, depth: 0)))
            for _ in 0..<random.number(0...2) where !bytes.isEmpty {
                let place = random.number(0...(bytes.count - 1))
                switch random.number(0...2) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = random.pick(random.nastyBytes(1))
                default: bytes.insert(random.pick(Array("{}[]\",:\\ue0d8 ".utf8)), at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            // Two keys of bytes that are no text become one.
            guard text.unicodeScalars.count(where: { $0 == "\u{FFFD}" }) < 2 else { continue }
            let strict = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            if let strict {
                accepted += 1
                #expect(read(text).value == strict, "seed \(seed): \(text)")
            }
        }
        #expect(accepted > 1000)
    }

    @Test func randomBytesNeverCrash() {
        for seed in UInt64(0)..<2000 {
            var random = SeededRandom(seed: seed)
            var reader = JSONReader(Array("{\"a\":".utf8) + random.nastyBytes(40))
            _ = reader.read()
            reader = JSONReader(random.nastyBytes(40))
            _ = reader.read()
        }
    }
}
