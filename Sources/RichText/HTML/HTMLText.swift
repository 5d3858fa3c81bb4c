/// Text from outside on its way into an HTML document.
public enum HTMLText {
    /// Text for an element or a quoted attribute: nothing in it is markup, and no control character is left but tabs and line feeds.
    public static func escaped(_ text: String) -> String {
        let safe = SafeText.lines(text)
        guard safe.utf8.contains(where: isSpecial) else { return safe }
        var escaped = ""
        escaped.reserveCapacity(safe.utf8.count + 16)
        for scalar in safe.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func escaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        escaped(String(decoding: bytes, as: UTF8.self))
    }

    private static func isSpecial(_ byte: UInt8) -> Bool { "&<>\"'".utf8.contains(byte) }

    /// The address as the quoted value of `href`; nil for one that is shown as text: of a scheme that is neither of the web nor of mail,
    /// relative to a page that is not there, or with characters that a reader does not see.
    static func reference(_ address: String) -> String? {
        let scheme = address.prefix(8).lowercased()
        guard ["http://", "https://", "mailto:"].contains(where: scheme.hasPrefix),
            address.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }),
            SafeText.line(address, replacing: .replacementCharacter) == address
        else { return nil }
        return escaped(address)
    }
}

extension StyleRole {
    /// The class of elements with this role in an HTML document.
    public var className: String { rawValue.replacing(".", with: "-") }
}
