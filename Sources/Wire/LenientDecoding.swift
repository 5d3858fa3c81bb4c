/// Lenient decoding of answers: a field of another type than the contract's counts as absent instead of failing the document.
extension KeyedDecodingContainer {
    /// The value; nil if it is missing, null or of another type.
    public func lenient<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// A text; numbers and truth values count as their text.
    public func text(_ key: Key) -> String? {
        guard let value = lenient(key, as: JSONValue.self) else { return nil }
        switch value {
        case .string, .integer, .number, .bool: return value.readable
        case .null, .array, .object: return nil
        }
    }

    /// A whole number, also if it is written as a string.
    public func integer(_ key: Key) -> Int? {
        lenient(key, as: Int.self) ?? lenient(key, as: String.self).flatMap { Int($0) }
    }

    /// A truth value; false if there is none.
    public func flag(_ key: Key) -> Bool { lenient(key, as: Bool.self) ?? false }

    /// The elements that can be decoded, without the others. Empty if there is no list.
    public func list<Element: Decodable>(_ key: Key, of type: Element.Type = Element.self) -> [Element] {
        lenient(key, as: LenientList<Element>.self)?.elements ?? []
    }

    /// Like ``list(_:of:)``, for a document that is nothing without it.
    /// - Throws: `DecodingError` if the field is missing.
    public func requiredList<Element: Decodable>(
        _ key: Key, of type: Element.Type = Element.self
    ) throws -> [Element] {
        guard contains(key) else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "no list"))
        }
        return list(key)
    }

    /// Like ``text(_:)``, for the few fields that are essential.
    /// - Throws: `DecodingError` if there is no text.
    public func requiredText(_ key: Key) throws -> String {
        if let text = text(key) { return text }
        return try decode(String.self, forKey: key)
    }

    /// Like ``integer(_:)``, for the few fields that are essential.
    /// - Throws: `DecodingError` if there is no whole number.
    public func requiredInteger(_ key: Key) throws -> Int {
        if let number = integer(key) { return number }
        return try decode(Int.self, forKey: key)
    }
}

/// A list that leaves out the elements that cannot be decoded.
public struct LenientList<Element: Decodable>: Decodable {
    public var elements: [Element]

    private struct Slot: Decodable {
        var element: Element?
        init(from decoder: any Decoder) throws { element = try? Element(from: decoder) }
    }

    public init(from decoder: any Decoder) throws {
        elements = try [Slot](from: decoder).compactMap(\.element)
    }
}
