import Foundation

/// How JSON is written to and read from the wire.
public enum WireJSON {
    /// Compact JSON, keys in alphabetical order, slashes as they are.
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// The same with every character beyond ASCII as a `\u` escape, so that no client can cut one in two.
    public static func encodeASCII(_ value: some Encodable) throws -> Data {
        let json = String(decoding: try encode(value), as: UTF8.self)
        var escaped: [UInt8] = []
        escaped.reserveCapacity(json.utf8.count)
        for unit in json.utf16 {
            if unit < 0x80 {
                escaped.append(UInt8(unit))
            } else {
                let digits = String(unit, radix: 16)
                escaped += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            }
        }
        return Data(escaped)
    }

    /// Reads JSON; bytes that are no UTF-8 count as U+FFFD instead of failing the whole.
    /// - Throws: `DecodingError`.
    public static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: some Sequence<UInt8>
    ) throws -> Value {
        let text = String(decoding: Array(bytes), as: UTF8.self)
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
