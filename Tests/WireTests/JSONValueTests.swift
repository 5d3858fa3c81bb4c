import Foundation
import Testing
import Wire

@Suite struct JSONValueTests {
    @Test func everyKindIsReadAndWritten() throws {
        let json = #"{"a":[1,-2.5,true,null,"x",{}],"b":9007199254740993,"c":358.08}"#
        let value = try WireJSON.decode(JSONValue.self, from: json.utf8)
        #expect(value["b"] == .integer(9_007_199_254_740_993))
        #expect(value.compact == json)
    }

    @Test(
        "Each kind is decoded as itself, on its own and within others",
        arguments: [
            ("null", nil), ("true", true), ("false", false), ("0", 0), ("1", 1), ("-7", -7),
            ("9223372036854775807", .integer(.max)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("1.5", 1.5), ("1e3", 1000), (#""""#, ""), (#""null""#, "null"), (#""7""#, "7"), ("[]", []),
            ("{}", [:]), ("[[],{},null]", [[], [:], nil]), (#"{"a":{"a":[false]}}"#, ["a": ["a": [false]]]),
        ] as [(String, JSONValue)])
    func kinds(json: String, value: JSONValue) throws {
        #expect(JSONValue(text: json) == value)
        #expect(JSONValue(text: "[\(json)]") == [value])
        #expect(JSONValue(text: #"{"k":\#(json)}"#) == ["k": value])
    }

    @Test(arguments: ["", "{", "nul", "{\"a\" 1}", "[1 2]", "{\"a\":1} x"])
    func whatIsNotJSONHasNoValue(text: String) {
        #expect(JSONValue(text: text) == nil)
    }

    @Test func peopleReadValuesWithoutQuotes() {
        #expect(JSONValue.number(358.08).readable == "358.08")
        #expect(JSONValue.array(["Auto-cook", "1000 W", .null]).readable == "Auto-cook, 1000 W, ")
        #expect(JSONValue.null.readable == "")
        #expect(JSONValue.object(["b": 1, "a": ["c": true]]).readable == #"{"a":{"c":true},"b":1}"#)
    }

    @Test func asciiJSONHasNothingElseAndMeansTheSame() throws {
        let text = "café 😀 \u{7F}\u{1}\"\\"
        let bytes = try WireJSON.encodeASCII([text])
        #expect(bytes.allSatisfy { $0 < 0x80 })
        #expect(String(decoding: bytes, as: UTF8.self).contains("\\u00e9"))
        #expect(try JSONDecoder().decode([String].self, from: bytes) == [text])
    }

    @Test func brokenCharactersDoNotFailADocument() throws {
        let bytes = Array(#"{"response":"a"#.utf8) + [0xFF] + Array(#"b"}"#.utf8)
        #expect(try WireJSON.decode(JSONValue.self, from: bytes)["response"]?.string == "a\u{FFFD}b")
    }
}
