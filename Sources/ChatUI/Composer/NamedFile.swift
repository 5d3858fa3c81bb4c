/// A file that is named in the message: `@` at the start of a word, and a path. Blanks in the path have a backslash before them.
struct NamedFile: Hashable, Sendable {
    /// Where it is in what is shown, from the `@` on.
    let place: Range<Int>
    /// What is typed of the path.
    let path: String

    private static let longest = 400

    /// The name that ends at the cursor; nil if there is none.
    init?(before cursor: Int, in editor: LineEditor) {
        var index = cursor
        let start = max(0, cursor - Self.longest)
        while index > start {
            let character = editor.buffer[index - 1]
            let isEscaped = index - 1 > start && editor.buffer[index - 2] == "\\"
            if character.isWhitespace, !isEscaped || character.isNewline { break }
            index -= 1
        }
        guard index < cursor, editor.buffer[index] == "@", index > start || index == 0 else { return nil }
        place = index..<cursor
        path = editor[index + 1..<cursor].replacing("\\ ", with: " ")
    }

    /// A path as it is written in a message.
    static func written(_ path: String) -> String { "@" + path.replacing(" ", with: "\\ ") }

    /// Where a path is named; the last place of several.
    static func place(of path: String, in editor: LineEditor) -> Range<Int>? {
        let name = Array(written(path))
        guard editor.count >= name.count else { return nil }
        for start in (0...editor.count - name.count).reversed() where editor.buffer[start] == "@" {
            let end = start + name.count
            let isWord =
                (start == 0 || editor.buffer[start - 1].isWhitespace)
                && (end == editor.count || editor.buffer[end].isWhitespace)
            if isWord, name.indices.allSatisfy({ editor.buffer[start + $0] == name[$0] }) {
                return start..<end
            }
        }
        return nil
    }
}
