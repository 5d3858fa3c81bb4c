import HTTPTypes

/// The header fields in which clients of the dialects send their key.
enum PresentedKey {
    static let headers = ["x-api-key", "x-network-api-key"].compactMap { HTTPField.Name($0) }

    /// The key of a request; nil if it has none.
    /// - Parameter value: Looks up the value of a header field.
    static func find(in value: (HTTPField.Name) -> String?) -> String? {
        for name in headers {
            if let key = value(name) { return key }
        }
        guard let authorization = value(.authorization) else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}

extension HTTPFields {
    var presentedKey: String? { PresentedKey.find { self[$0] } }
}
