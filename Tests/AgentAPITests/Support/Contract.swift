import Testing
import Wire

/// What every test of a contract does with the literal examples of the documents.
enum Contract {
    static func decode<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) throws -> Value {
        try WireJSON.decode(type, from: json.utf8)
    }

    static func encode(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }

    /// Decodes an example. Encoding the value again must give JSON that means the same.
    static func roundTrip<Value: Codable>(
        _ json: String, as type: Value.Type = Value.self,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Value {
        let value: Value = try decode(json)
        let encoded: JSONValue = try decode(try encode(value))
        let original: JSONValue = try decode(json)
        #expect(encoded == original, sourceLocation: sourceLocation)
        return value
    }
}
