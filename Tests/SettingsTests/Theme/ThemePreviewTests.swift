import Foundation
import RichText
import Settings
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The pictures of the themes, which `swift run Pictures themes/previews` draws.
@Suite struct ThemePreviewTests {
    private static let folder = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }.appending(path: "themes/previews").path(percentEncoded: false)

    @Test func eachThemeHasOne() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(files.sorted() == ThemeCatalog().all.map { $0.name + ".svg" }.sorted())
    }

    @Test(arguments: ThemeCatalog().all.map(\.name))
    func itIsThePictureOfTheTheme(name: String) throws {
        let theme = try #require(ThemeCatalog().named(name))
        let text = try String(contentsOfFile: "\(Self.folder)/\(name).svg", encoding: .utf8)
        let reader = ElementReader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(reader.names.first == "svg")
        #expect(reader.names.contains("title"))
        #expect(reader.text.contains("SQLite"))
        // Drawn in the colours that the theme has now, but for those of the terminal.
        for role in [StyleRole.text, .codeString, .messageUser, .border] {
            for color in [theme[role].foreground, theme[role].background] {
                guard case .rgb(let red, let green, let blue) = color else { continue }
                let hex = String(format: "#%02x%02x%02x", red, green, blue)
                #expect(
                    text.contains(hex), "\(role.rawValue) of \(name) is not in its picture: draw it again")
            }
        }
        // Nothing of the computer that it was drawn on.
        for word in ["/home", "/root", "/tmp", "/work", "file:"] { #expect(!text.contains(word)) }
        #expect(text.utf8.count < 40_000)
    }
}

/// Gathers the elements of an XML document and its text.
private final class ElementReader: NSObject, XMLParserDelegate {
    var names: [String] = []
    var text = ""

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        names.append(name)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string + " " }
}
