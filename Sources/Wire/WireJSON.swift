import Foundation

/// The one configuration of JSON on the wire and in what is stored.
public enum WireJSON {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    private static let decoder = JSONDecoder()

    /// Encodes compact JSON, keys in alphabetical order, slashes unescaped.
    /// - Throws: `EncodingError`.
    public static func encode(_ value: some Encodable) throws -> Data { try encoder.encode(value) }

    /// The same with every character beyond ASCII as a `\u` escape, for clients that decode a body chunk by chunk and would break a
    /// character that is cut in two.
    /// - Throws: `EncodingError`.
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

    /// Decodes JSON, and what services write in its place: see ``JSONReader``.
    /// - Throws: `DecodingError`.
    public static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self, from bytes: some Collection<UInt8>
    ) throws -> Value {
        var reader = JSONReader(bytes)
        guard let value = reader.read() else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not JSON"))
        }
        if let value = value as? Value { return value }
        // Foundation's decoder looks at a string when it is asked for, and fails the field around a wrong one.
        let json =
            reader.isStrict ? Data(String(decoding: bytes, as: UTF8.self).utf8) : try encoder.encode(value)
        return try decoder.decode(type, from: json)
    }
}
