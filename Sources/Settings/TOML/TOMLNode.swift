import TOMLKit

/// A value of a TOML file.
enum TOMLNode: Hashable, Sendable {
    case string(String)
    case integer(Int)
    /// A number with a fraction.
    case number(Double)
    case boolean(Bool)
    case array([TOMLNode])
    case table([String: TOMLNode])
    /// A kind that Parley's files do not use, by its name: a date, a time.
    case other(String)

    /// The kind in words, with an article.
    var kind: String {
        switch self {
        case .string: "a string"
        case .integer, .number: "a number"
        case .boolean: "true or false"
        case .array: "a list"
        case .table: "a table"
        case .other(let name): "a " + name
        }
    }

    init(_ table: TOMLTable) {
        var members: [String: TOMLNode] = [:]
        for key in table.keys {
            if let value = table[key] { members[key] = TOMLNode(value) }
        }
        self = .table(members)
    }

    private init(_ value: any TOMLValueConvertible) {
        if let table = value.table {
            self.init(table)
        } else if let array = value.array {
            self = .array(array.map { TOMLNode($0) })
        } else if let string = value.string {
            self = .string(string)
        } else if let integer = value.int {
            self = .integer(integer)
        } else if let boolean = value.bool {
            self = .boolean(boolean)
        } else if let number = value.double {
            self = .number(number)
        } else {
            self = .other(value.type.description)
        }
    }
}
