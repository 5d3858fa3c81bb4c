import Foundation
import Hummingbird

extension Request {
    /// A value of the query, percent-decoded, with `+` as a space; nil if it is absent.
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

    /// A truth value of the query, in any spelling that FastAPI accepts; nil if it is absent.
    func flag(_ name: String) throws -> Bool? {
        switch query(name)?.lowercased() {
        case nil, "": nil
        case "false", "0", "off", "no", "f", "n": false
        case "true", "1", "on", "yes", "t", "y": true
        default:
            throw APIError.invalid(
                ["query", name], .type("boolean"), "value could not be parsed to a boolean")
        }
    }

    /// A whole number of the query.
    func number(_ name: String, default: Int, within range: ClosedRange<Int>) throws -> Int {
        guard let text = query(name) else { return `default` }
        guard let number = Int(text) else {
            throw APIError.invalid(["query", name], .type("integer"), "value is not a valid integer")
        }
        guard range.contains(number) else {
            let message = "must be between \(range.lowerBound) and \(range.upperBound)"
            throw APIError.invalid(["query", name], .malformed, message)
        }
        return number
    }
}
