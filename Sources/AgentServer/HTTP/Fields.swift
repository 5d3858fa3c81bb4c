import AgentAPI
import Hummingbird
import Wire

/// Reads the fields of a JSON object one by one and gathers what is wrong with them. A field that is null counts as absent.
struct Fields {
    let members: [String: JSONValue]
    private(set) var faults: [Fault] = []
    private let place: [String]

    init(_ members: [String: JSONValue], at place: [String] = ["body"]) {
        self.members = members
        self.place = place
    }

    mutating func require<Value>(_ name: String, _ read: (inout Fields, String) -> Value?) -> Value? {
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
        if let fault = Fault(length: text, of: name, within: length) { faults.append(fault) }
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

    mutating func add(_ kind: Fault.Kind, _ name: String, _ message: String) {
        faults.append(Fault(path: place + [name], kind: kind, message: message))
    }

    /// Takes over what is wrong with an object inside this one.
    mutating func adopt(_ inner: Fields) {
        faults += inner.faults
    }

    /// - Throws: ``APIError`` that names every fault.
    func check() throws {
        if !faults.isEmpty { throw APIError(.invalid(faults)) }
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = members[name], !value.isNull else { return .none }
        return value
    }
}

extension Request {
    /// The fields of the JSON object that is the body; an empty body counts as an empty object where that is allowed.
    func fields(limit: Int, mayBeEmpty: Bool = false) async throws -> Fields {
        let type = headers[.contentType]?.lowercased() ?? ""
        if type.hasPrefix("multipart/") {
            throw APIError(
                .invalid([Fault(path: ["body"], kind: .notJSON, message: "this server takes JSON only")]))
        }
        let bytes = try await collect(limit: limit)
        if bytes.isEmpty, mayBeEmpty { return Fields([:]) }
        guard let text = String(validating: bytes, as: UTF8.self), let value = JSONValue(text: text) else {
            throw APIError(
                .invalid([Fault(path: ["body"], kind: .notJSON, message: "the body is not valid JSON")]))
        }
        guard case .object(let members) = value else {
            throw APIError(
                .invalid([
                    Fault(path: ["body"], kind: .type("object"), message: "the body must be an object")
                ]))
        }
        return Fields(members)
    }
}
