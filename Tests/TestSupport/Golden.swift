import Foundation
import RichText

/// Compares a text or a screen with the file that was recorded of it.
///
/// `PARLEY_RECORD=1 swift test` writes the files; their diff shows whether a change was meant.
public enum Golden {
    /// - Parameters:
    ///   - canvas: drawn with ``RoleStyles``.
    ///   - name: the file's name without its extension.
    ///   - folder: relative to the folder of `testFile`.
    /// - Returns: nil when the canvas is as recorded; otherwise what differs, for the test to report.
    public static func difference(
        _ canvas: Canvas, name: String, folder: String, testFile: String = #filePath
    ) -> String? {
        difference(StyledText(canvas).text, name: name, folder: folder, testFile: testFile)
    }

    /// Compares a text as it is.
    public static func difference(
        _ text: String, name: String, folder: String, testFile: String = #filePath
    ) -> String? {
        let directory = URL(fileURLWithPath: testFile).deletingLastPathComponent().appendingPathComponent(
            folder)
        let file = directory.appendingPathComponent(name + ".txt")
        let actual = text + "\n"
        if ProcessInfo.processInfo.environment["PARLEY_RECORD"] != nil {
            do {
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                try Data(actual.utf8).write(to: file)
                return nil
            } catch {
                return "\(file.path) cannot be written: \(error)"
            }
        }
        guard let data = FileManager.default.contents(atPath: file.path) else {
            return "\(file.path) does not exist. PARLEY_RECORD=1 records it. The text is:\n\(actual)"
        }
        let expected = String(decoding: data, as: UTF8.self)
        guard expected != actual else { return nil }
        return "\(name) is not as recorded.\n--- recorded\n\(expected)--- now\n\(actual)"
    }
}

/// A style for each role, from which the role can be told again: what golden screens are drawn with.
///
/// A role that the built-in themes give a background has one here, so a golden screen shows what lies on what.
public enum RoleStyles {
    public static let all: [StyleRole: Style] = Dictionary(
        uniqueKeysWithValues: StyleRole.allCases.enumerated().map { index, role in
            let color = Color.rgb(red: 0, green: 0, blue: UInt8(index))
            return (
                role,
                Style(
                    foreground: tints.contains(role) ? nil : color,
                    background: tints.contains(role) || filled.contains(role) ? color : nil)
            )
        })

    /// Roles of a background alone: the text on them keeps its colour.
    private static let tints: Set<StyleRole> = [.listSelected, .messageSelected]

    /// Roles of a foreground and a background.
    private static let filled: Set<StyleRole> = [
        .text, .listCurrent, .codeInline, .codeBlock, .codeLabel, .codeEdge,
        .codeKeyword,
        .codeString, .codeComment,
        .codeNumber, .codeType, .codeFunction, .codeAdded, .codeRemoved, .dialogText, .dialogBorder,
        .dialogTitle, .dialogSelected,
        .searchMatch,
    ]

    /// `list.age on list.selected bold`; empty for plain text.
    static func name(of style: Style) -> String {
        let foreground = name(of: style.foreground)
        let background = name(of: style.background)
        var words = foreground.isEmpty ? [] : [foreground]
        if background != foreground, !background.isEmpty { words += ["on", background] }
        for (attribute, name) in attributeNames where style.attributes.contains(attribute) {
            words.append(name)
        }
        return words.joined(separator: " ")
    }

    private static func name(of color: Color?) -> String {
        guard case .rgb(_, _, let index) = color else { return "" }
        let role = StyleRole.allCases[Int(index)]
        return role == .text ? "" : role.rawValue
    }

    private static let attributeNames: [(Attributes, String)] = [
        (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.underline, "underline"), (.reverse, "reverse"),
        (.strikethrough, "strikethrough"),
    ]
}

/// The rows of a canvas. Under each row with a style is a line with a letter for every column that has one and a dot for the
/// others; the last lines say what the letters mean.
private struct StyledText {
    let text: String

    init(_ canvas: Canvas) {
        let rows = (0..<canvas.size.rows).map { canvas.row($0).map { RoleStyles.name(of: $0.style) } }
        let letters = Self.letters(for: Set(rows.joined()).subtracting([""]))
        let texts = canvas.text.split(separator: "\n", omittingEmptySubsequences: false)
        var lines: [String] = []
        for (text, names) in zip(texts, rows) {
            lines.append(String(text))
            var styles = String(names.map { letters[$0] ?? "·" })
            while styles.last == "·" { styles.removeLast() }
            if !styles.isEmpty { lines.append(styles) }
        }
        let legend = letters.sorted { $0.key < $1.key }.map { "\($0.value) = \($0.key)" }
        if !legend.isEmpty { lines += ["", "Styles:"] + legend }
        self.text = lines.joined(separator: "\n")
    }

    /// A letter for each name, if possible one of its own last word, so that a further name changes few of the others.
    private static func letters(for names: Set<String>) -> [String: Character] {
        var letters: [String: Character] = [:]
        var free = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        for name in names.sorted() {
            let role = name.split(separator: " ").first { $0 != "on" } ?? ""
            let word = String(role.split(separator: ".").last ?? role)
            let wishes = word + word.uppercased() + name + free.sorted()
            guard let letter = wishes.first(where: free.contains) else { continue }
            letters[name] = letter
            free.remove(letter)
        }
        return letters
    }
}
