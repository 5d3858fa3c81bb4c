import Crypto
import Foundation

/// Generates public names, each in the form that its dialect promises.
enum Identifier {
    /// 24 hexadecimal digits, the first eight of them the time in seconds: the form of a Mongo object id.
    static func hex(now: Date) -> String {
        let seconds = UInt32(truncatingIfNeeded: Int64(now.timeIntervalSince1970))
        return padded(UInt64(seconds), digits: 8) + padded(.random(in: .min ... .max), digits: 16)
    }

    /// 24 hexadecimal digits that follow from a name: the same on every computer.
    static func hex(of name: String) -> String {
        SHA256.hash(data: Data(name.utf8)).prefix(12).map { padded(UInt64($0), digits: 2) }.joined()
    }

    /// A random UUID in lower case.
    static func uuid() -> String {
        UUID().uuidString.lowercased()
    }

    /// Random letters and digits of ASCII, from the system's secure source.
    static func letters(_ count: Int) -> String {
        var source = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &source)] })
    }

    /// A key made from a name: its letters and digits in lower case with hyphens between the words, and six random ones.
    static func slug(from name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = words.joined(separator: "-").prefix(slugLength)
        return (slug.isEmpty ? "" : slug + "-") + letters(6).lowercased()
    }

    private static let slugLength = 40

    static func isHex(_ text: String) -> Bool {
        text.utf8.count == 24 && text.utf8.allSatisfy(isHexDigit)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    private static func padded(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
