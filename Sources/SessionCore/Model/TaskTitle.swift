import Foundation

/// A title from the first words of a message: one line without Markdown, cut at the end of a word.
///
/// - parameter text: a message, or a title that a service gave.
/// - parameter limit: characters.
/// - returns: an empty string if there is no word in the text.
public func taskTitle(from text: String, limit: Int = 50) -> String {
    // Enough for the title however long the message is.
    let lines = text.prefix(limit * 10).split(whereSeparator: \.isNewline)
    let first = lines.lazy.map { plainWords(of: $0) }.first { !$0.isEmpty } ?? ""
    guard first.count > limit else { return first }
    let cut = first.prefix(limit)
    let lastSpace = cut.lastIndex(of: " ").map { cut[..<$0] }
    // A first word as long as the title is cut where it must be.
    let words = lastSpace.map { $0.count * 2 >= limit ? $0 : cut } ?? cut
    return words.trimmingCharacters(in: .whitespaces) + "…"
}

/// The line with what Markdown marks it up with taken off, and every run of blanks one space.
private func plainWords(of line: Substring) -> String {
    guard !line.contains("```"), !line.allSatisfy({ "-*_=~ ".contains($0) }) else { return "" }
    var line = line.replacing(/^\s*(?:(?:#{1,6}|>|[-*+]|\d{1,9}[.)])\s+|>)+/, with: "")
    line = line.replacing(/^\[[ xX]\]\s+/, with: "")
    line = line.replacing(/!?\[([^\]\[]*)\]\([^)\s]*\)/) { $0.output.1 }
    line = line.replacing(/(\*\*|__|~~|`+)/, with: "")
    line = line.replacing(/(^|[^\p{L}\p{N}*_])[*_](?=\S)/) { $0.output.1 }
    line = line.replacing(/([^\s])[*_](?=$|[^\p{L}\p{N}*_])/) { $0.output.1 }
    let visible = line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
    return String(visible).split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
