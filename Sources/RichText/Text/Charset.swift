/// The characters that may leave the program, as the locale says.
public enum Charset: Hashable, Sendable {
    case unicode
    /// What is no ASCII is replaced: see ``ASCIIText``.
    case ascii

    /// The locale of characters is the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set. `C`, `POSIX` and names with another
    /// encoding than UTF-8 are ASCII. Where none is set, as in most containers, or a name has no encoding, nobody has said that the
    /// terminal is an old one.
    public init(environment: [String: String]) {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
        guard let name = names.first(where: { !$0.isEmpty }) else {
            self = .unicode
            return
        }
        let parts = name.prefix { $0 != "@" }.split(separator: ".", maxSplits: 1)
        let encoding = parts.dropFirst().first?.lowercased().filter { $0.isLetter || $0.isNumber }
        switch (parts.first, encoding) {
        case (_, "utf8"): self = .unicode
        case ("C", nil), ("POSIX", nil): self = .ascii
        case (_, nil): self = .unicode
        default: self = .ascii
        }
    }

    /// A text that is safe already, in these characters.
    public func shown(_ text: String) -> String { self == .ascii ? ASCIIText.text(text) : text }
}
