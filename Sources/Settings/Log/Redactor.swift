import Synchronization
import Wire

/// Removes secrets from text that is about to be stored or shown: the keys it has learned, and what looks like one.
public final class Redactor: Sendable {
    /// The longest first.
    private let secrets = Mutex<[Secret]>([])

    public init() {}

    /// From now on `secret` is removed wherever it occurs. Secrets of fewer than four bytes are ignored.
    public func learn(_ secret: String) {
        guard let secret = Secret(secret) else { return }
        secrets.withLock { secrets in
            guard !secrets.contains(secret) else { return }
            secrets.append(secret)
            secrets.sort { $0.length > $1.length }
        }
    }

    public func redact(_ text: String) -> String {
        var text = text
        for secret in secrets.withLock({ $0 }) { text = secret.redacted(in: text, mark: Self.mark) }
        text.replace(/(?i)\b(bearer|basic)\s+[^\s"',;]+/) { "\($0.output.1) \(Self.mark)" }
        text.replace(Self.named) { "\($0.output.1)\(Self.mark)" }
        text.replace(/:\/\/[^\s\/@]+@/) { _ in "://\(Self.mark)@" }
        text.replace(/\b(sk-|xag_|zut_|zqt_|API_KEY_)[A-Za-z0-9_\-]{6,}/) { "\($0.output.1)\(Self.mark)" }
        return text
    }

    private static let mark = "[redacted]"

    /// A header, query item, JSON member or variable whose name says that its value is a secret. What the rule for `bearer` has
    /// redacted is not matched again.
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
