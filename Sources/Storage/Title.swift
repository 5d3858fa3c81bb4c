import Foundation

/// Titles that both stores take from texts.
public enum Title {
    /// The first words of a text: one line without Markdown, cut at the end of a word.
    ///
    /// - Parameters:
    ///   - text: A message, or a title that a service gave.
    ///   - limit: The most characters; an ellipsis for what is cut comes on top.
    /// - Returns: An empty string if there is no word in the text.
    public static func firstWords(of text: String, limit: Int) -> String {
        // Enough for the title however long the message is, and however many marks a character has.
        let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit * 20)))
        let lines = start.split(whereSeparator: \.isNewline)
        let first = lines.lazy.map { plainWords(of: $0) }.first { !$0.isEmpty } ?? ""
        guard first.count > limit else { return first }
        let cut = first.prefix(limit)
        let lastSpace = cut.lastIndex(of: " ").map { cut[..<$0] }
        // A first word as long as the title is cut in the middle.
        let words = lastSpace.map { $0.count * 2 >= limit ? $0 : cut } ?? cut
        return words.trimmingCharacters(in: .whitespaces) + "…"
    }

    /// The line without its Markdown, and every run of blanks as one space.
    private static func plainWords(of line: Substring) -> String {
        guard !line.contains("```"), !line.allSatisfy({ "-*_=~ ".contains($0) }) else { return "" }
        var line = line.replacing(/^\s*(?:(?:#{1,6}|>|[-*+]|\d{1,9}[.)])\s+|>)+/, with: "")
        line = line.replacing(/^\[[ xX]\]\s+/, with: "")
        line = line.replacing(/!?\[([^\]\[]*)\]\([^)\s]*\)/) { $0.output.1 }
        line = line.replacing(/(\*\*|__|~~|`+)/, with: "")
        line = line.replacing(/(^|[^\p{L}\p{N}*_])[*_](?=\S)/) { $0.output.1 }
        line = line.replacing(/([^\s])[*_](?=$|[^\p{L}\p{N}*_])/) { $0.output.1 }
        let visible = line.unicodeScalars.map {
            $0.properties.generalCategory == .control ? " " : Character($0)
        }
        return String(visible).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
