import Synchronization

/// Takes secrets out of text that is about to be kept or shown: the keys it was told of, and whatever looks like one.
public final class Redactor: Sendable {
    private let secrets = Mutex<Set<String>>([])

    public init() {}

    /// From now on `secret` is taken out wherever it stands.
    public func learn(_ secret: String) {
        guard secret.utf8.count >= 4 else { return }
        _ = secrets.withLock { $0.insert(secret) }
    }

    public func redact(_ text: String) -> String {
        var text = text
        for secret in secrets.withLock({ $0.sorted { $0.utf8.count > $1.utf8.count } }) {
            text = text.replacing(secret, with: Self.mark)
        }
        text.replace(/(?i)\b(bearer|basic)\s+[^\s"',;]+/) { "\($0.output.1) \(Self.mark)" }
        text.replace(Self.named) { "\($0.output.1)\(Self.mark)" }
        text.replace(/:\/\/[^\s\/@]+@/) { _ in "://\(Self.mark)@" }
        text.replace(/\b(sk-|xag_|zut_|zqt_|API_KEY_)[A-Za-z0-9_\-]{6,}/) { "\($0.output.1)\(Self.mark)" }
        return text
    }

    private static let mark = "[redacted]"

    /// A header, a query item, a JSON member or a variable whose name says that its value is a secret. What a `bearer` before
    /// it has left is not taken twice.
    private static var named: Regex<(Substring, Substring)> {
        #/
        (?ix)
        ( \b [a-z_\-]* (?: api[_\-]?key | authorization | token | secret | password | passwd )
          ["']? \s* [:=] \s* ["']? (?: (?: bearer | basic ) \s+ )? )
        (?! \[redacted\] | bearer\b | basic\b )
        [^\s"',;&]+
        /#
    }
}
