/// Reading of answers: a field of another type than the contract says counts as absent instead of failing the whole.
extension KeyedDecodingContainer {
    /// The value, or nil where it is missing, null or of another type.
    public func lenient<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// A text, also where the service wrote a number or a truth value.
    public func text(_ key: Key) -> String? {
        guard let value = lenient(key, as: JSONValue.self) else { return nil }
        switch value {
        case .string, .integer, .number, .bool: return value.readable
        case .null, .array, .object: return nil
        }
    }

    /// A whole number, also where the service wrote it as a string.
    public func integer(_ key: Key) -> Int? {
        lenient(key, as: Int.self) ?? lenient(key, as: String.self).flatMap { Int($0) }
    }

    /// A truth value; false where there is none.
    public func flag(_ key: Key) -> Bool { lenient(key, as: Bool.self) ?? false }

    /// The elements that can be read; those that cannot are left out. Empty where there is no list.
    public func list<Element: Decodable>(_ key: Key, of type: Element.Type = Element.self) -> [Element] {
        lenient(key, as: LenientList<Element>.self)?.elements ?? []
    }

    /// Like ``text(_:)``, but what cannot be read fails: for the few fields without which nothing can be done.
    public func requiredText(_ key: Key) throws -> String {
        if let text = text(key) { return text }
        return try decode(String.self, forKey: key)
    }

    public func requiredInteger(_ key: Key) throws -> Int {
        if let number = integer(key) { return number }
        return try decode(Int.self, forKey: key)
    }
}

/// A list that leaves out what it cannot read.
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
