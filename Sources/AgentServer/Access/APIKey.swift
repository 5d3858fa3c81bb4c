import Crypto
import Foundation

/// A client's key: `<form>_<6 letters>_<32 letters>`, ASCII letters and digits. The first six look it up, the rest is the secret.
struct APIKey: Sendable {
    /// What a key is for; its first part.
    enum Form: String, Codable, CaseIterable, Sendable {
        /// For every agent and dialect.
        case general
        /// Bound to one agent.
        case agent
        /// For managing agents.
        case personal

        var marker: String {
            switch self {
            case .general: "parley"
            case .agent: "xag"
            case .personal: "xag_personal"
            }
        }
    }

    let form: Form
    let prefix: String
    /// The whole key. Shown once, never stored.
    let text: String

    static func generate(_ form: Form) -> APIKey {
        let prefix = Identifier.letters(prefixLength)
        return APIKey(
            form: form, prefix: prefix, text: "\(form.marker)_\(prefix)_\(Identifier.letters(secretLength))")
    }

    private init(form: Form, prefix: String, text: String) {
        self.form = form
        self.prefix = prefix
        self.text = text
    }

    /// Parses what a client presents; nil if it does not look like a key.
    init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count >= 3, let secret = parts.last, secret.utf8.count == Self.secretLength else {
            return nil
        }
        let marker = parts.dropLast(2).joined(separator: "_")
        guard let form = Form.allCases.first(where: { $0.marker == marker }) else { return nil }
        self.init(form: form, prefix: String(parts[parts.count - 2]), text: text)
    }

    /// Stored in place of the key.
    var digest: KeyDigest { KeyDigest(of: text) }

    private static let prefixLength = 6
    private static let secretLength = 32
}

/// The SHA-256 of a key. The keys are long and random, so they need no salt and no slow hash.
struct KeyDigest: Sendable {
    let bytes: Data

    init(of text: String) {
        bytes = Data(SHA256.hash(data: Data(text.utf8)))
    }

    init(stored: Data) {
        bytes = stored
    }

    /// Compares in constant time.
    func matches(_ other: KeyDigest) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        return zip(bytes, other.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
