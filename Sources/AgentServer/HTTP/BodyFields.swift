import Hummingbird
import Wire

/// The fields of a JSON body, validated one by one; the errors are collected. A field that is null counts as absent.
struct BodyFields {
    let members: [String: JSONValue]
    private(set) var fieldErrors: [FieldError] = []
    private let path: [String]

    init(_ members: [String: JSONValue], at path: [String] = ["body"]) {
        self.members = members
        self.path = path
    }

    mutating func require<Value>(_ name: String, _ read: (inout BodyFields, String) -> Value?) -> Value? {
        guard value(name) != nil else {
            add(.missing, name, "field required")
            return nil
        }
        return read(&self, name)
    }

    mutating func string(_ name: String, within length: ClosedRange<Int> = 0...(1 << 20)) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else {
            add(.type("string"), name, "must be a string")
            return nil
        }
        if let error = FieldError(length: text, of: name, within: length) { fieldErrors.append(error) }
        return text
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        if case .bool(let flag) = value { return flag }
        add(.type("boolean"), name, "must be true or false")
        return nil
    }

    mutating func integer(_ name: String, within range: ClosedRange<Int64> = 0...Int64.max) -> Int64? {
        guard let value = value(name) else { return nil }
        guard case .integer(let number) = value else {
            add(.type("integer"), name, "must be a whole number")
            return nil
        }
        if !range.contains(number) { add(.malformed, name, "is out of range") }
        return number
    }

    mutating func object(_ name: String) -> JSONValue? {
        guard let value = value(name) else { return nil }
        if case .object = value { return value }
        add(.type("object"), name, "must be an object")
        return nil
    }

    mutating func array(_ name: String) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        if let elements = value.elements { return elements }
        add(.type("list"), name, "must be a list")
        return nil
    }

    mutating func add(_ kind: FieldError.Kind, _ name: String, _ message: String) {
        fieldErrors.append(FieldError(path: path + [name], kind: kind, message: message))
    }

    /// Adds the errors of an object inside this one.
    mutating func addErrors(of inner: BodyFields) {
        fieldErrors += inner.fieldErrors
    }

    /// - Throws: ``APIError`` that names every wrong field.
    func check() throws {
        if !fieldErrors.isEmpty { throw APIError(.invalid(fieldErrors)) }
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return .none }
        return value
    }
}

extension Request {
    /// The fields of the body, which is a JSON object.
    /// - Parameters:
    ///   - limit: Of the body, in bytes.
    ///   - mayBeEmpty: Whether an empty body counts as an empty object.
    func bodyFields(limit: Int, mayBeEmpty: Bool = false) async throws -> BodyFields {
        let type = headers[.contentType]?.lowercased() ?? ""
        if type.hasPrefix("multipart/") {
            throw APIError.invalid(["body"], .notJSON, "this server takes JSON only")
        }
        let bytes = try await collectBody(limit: limit)
        if bytes.isEmpty, mayBeEmpty { return BodyFields([:]) }
        guard let value = JSONValue(text: String(decoding: bytes, as: UTF8.self)) else {
            throw APIError.invalid(["body"], .notJSON, "the body is not valid JSON")
        }
        guard case .object(let members) = value else {
            throw APIError.invalid(["body"], .type("object"), "the body must be an object")
        }
        return BodyFields(members)
    }
}

extension JSONValue {
    /// The members of an object; empty for anything else.
    var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }
}
