import Foundation
import Hummingbird

extension Request {
    /// A value of the query, without percent signs and with a space for `+`; nil if it is not there.
    func query(_ name: String) -> String? {
        for pair in (uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if Self.decoded(parts[0]) == name { return parts.count > 1 ? Self.decoded(parts[1]) : "" }
        }
        return nil
    }

    private static func decoded(_ part: Substring) -> String {
        let spaced = part.replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? String(spaced)
    }

    /// A truth value of the query, as FastAPI reads one; nil if it is not there.
    func flag(_ name: String) throws -> Bool? {
        switch query(name)?.lowercased() {
        case nil, "": nil
        case "false", "0", "off", "no", "f", "n": false
        case "true", "1", "on", "yes", "t", "y": true
        default:
            throw APIError(
                .invalid([
                    Fault(
                        path: ["query", name], kind: .type("boolean"),
                        message: "value could not be parsed to a boolean")
                ]))
        }
    }

    /// A whole number of the query.
    func number(_ name: String, default: Int, within range: ClosedRange<Int>) throws -> Int {
        guard let text = query(name) else { return `default` }
        guard let number = Int(text) else {
            throw APIError(
                .invalid([
                    Fault(
                        path: ["query", name], kind: .type("integer"), message: "value is not a valid integer"
                    )
                ]))
        }
        guard range.contains(number) else {
            throw APIError(
                .invalid([
                    Fault(
                        path: ["query", name], kind: .malformed,
                        message: "must be between \(range.lowerBound) and \(range.upperBound)")
                ]))
        }
        return number
    }
}
