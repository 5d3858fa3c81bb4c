import Foundation
import TestSupport
import Testing
import Wire

@Suite struct SecretTests {
    private static let key = "sk-SECRET/0123+45=x"

    /// Every spelling of the key.
    static let spellings: [String] = {
        let bytes = Array(key.utf8)
        let data = Data(bytes)
        let hex = bytes.map { String(format: "%02x", $0) }.joined()
        let everyPercent = bytes.map { String(format: "%%%02X", $0) }.joined()
        var spellings = [
            key, key.lowercased(), key.uppercased(), hex, hex.uppercased(), everyPercent,
            everyPercent.lowercased(),
            key.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
            (key.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "").replacing(
                "%", with: "%25"),
            key.replacing("/", with: "\\/"), key.replacing("-", with: "\\u002d"),
            key.replacing("=", with: "\\x3D"),
            key.replacing("-", with: "&#45;").replacing("+", with: "&#x2b;"), data.base64EncodedString(),
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
        ]
        for before in ["u:", "me:", "user:"] {
            spellings.append(Data((before + key).utf8).base64EncodedString())
            spellings.append(Data((before + key + " and more").utf8).base64EncodedString())
        }
        return spellings
    }()

    @Test("A key is found in every spelling", arguments: spellings)
    func spelling(text: String) throws {
        let secret = try #require(Secret(Self.key))
        let redacted = secret.redacted(in: "before \(text) after")
        #expect(redacted.hasPrefix("before "))
        #expect(redacted.hasSuffix(" after"))
        #expect(redacted.contains("…"))
        // Beside the mark there is no more than the digits that the neighbours of the key share with it.
        #expect(redacted.count <= "before ".count + 24 + " after".count, "\(redacted)")
    }

    @Test func everyOccurrenceIsReplacedAndNothingElse() throws {
        let secret = try #require(Secret("abcd-1234"))
        #expect(secret.redacted(in: "é abcd-1234, ABCD-1234; abcd-123 😀", mark: "#") == "é #, #; abcd-123 😀")
        #expect(secret.redacted(in: "nothing here") == "nothing here")
        #expect(secret.redacted(in: "abcd%2") == "abcd%2")
        #expect(secret.redacted(in: "abcd\\") == "abcd\\")
        #expect(secret.redacted(in: "abcd&#;&#x;&#99999;") == "abcd&#;&#x;&#99999;")
        #expect(Secret("abc") == nil)
    }

    @Test func randomTextsNeverCrashAndStayText() throws {
        let secret = try #require(Secret("a%\\&"))
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            let favourites = Array("a%\\&#x;25uU-=".utf8)
            let bytes = (0..<40).map { _ in random.pick(favourites) }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = secret.redacted(in: text)
            #expect(!secret.redacted(in: text + "a%\\&" + text).contains("a%\\&"))
        }
    }
}
