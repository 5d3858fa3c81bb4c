/// Where the keys of a TOML file are: the line of each, their order, and the bytes of their values. TOMLKit parses the values but
/// gives a place for parse errors only. This finds places only, in text that TOMLKit has accepted.
struct TOMLOutline {
    /// The keys that lead to a value; the key of an array's element is its number, from `"0"`.
    typealias Path = [String]

    struct Entry {
        var path: Path
        /// 1-based.
        var line: Int
        /// The value, as offsets into the UTF-8 of the file; nil for the header of a table.
        var value: Range<Int>?
    }

    /// In the order of the file. A table that only appears in dotted keys has no entry of its own.
    private(set) var entries: [Entry] = []
    /// Where the first table header starts, as an offset into the UTF-8: top-level keys can only come before it.
    private(set) var firstHeader: Int?
    private var places: [Path: Int] = [:]

    init(_ text: String) {
        var scanner = TOMLScanner(text)
        var table: Path = []
        var elements: [Path: Int] = [:]
        while scanner.skipToStatement() {
            let line = scanner.line
            let start = scanner.position
            if let header = scanner.header() {
                firstHeader = firstHeader ?? start
                table = Self.resolve(header.path, isElement: header.isElement, elements: &elements)
                add(Entry(path: table, line: line, value: nil))
            } else {
                let path = table + scanner.keyPath()
                scanner.skipEquals()
                scanner.value(at: path, line: line) { add($0) }
            }
        }
    }

    /// The line of a value or table, or of the nearest table around it that has one.
    func line(of path: Path) -> Int? {
        var path = path
        while !path.isEmpty {
            if let index = places[path] { return entries[index].line }
            if let inside = entries.first(where: { $0.path.starts(with: path) }) { return inside.line }
            path.removeLast()
        }
        return nil
    }

    /// The bytes of a value.
    func value(of path: Path) -> Range<Int>? { places[path].flatMap { entries[$0].value } }

    /// The keys directly below a table, in the order of the file.
    func keys(below path: Path) -> [String] {
        var seen: Set<String> = []
        return entries.compactMap { entry in
            guard entry.path.count > path.count, entry.path.starts(with: path) else { return nil }
            let key = entry.path[path.count]
            return seen.insert(key).inserted ? key : nil
        }
    }

    private mutating func add(_ entry: Entry) {
        if places[entry.path] == nil { places[entry.path] = entries.count }
        entries.append(entry)
    }

    /// The path of a header, with the number of the element wherever it goes through an array of tables.
    private static func resolve(_ header: Path, isElement: Bool, elements: inout [Path: Int]) -> Path {
        var path: Path = []
        for (index, key) in header.enumerated() {
            path.append(key)
            let isLast = index == header.count - 1
            if isLast, isElement { elements[path] = (elements[path] ?? -1) + 1 }
            if let element = elements[path] { path.append(String(element)) }
        }
        return path
    }
}

/// Walks over the bytes of a valid TOML file. On any other text it stops somewhere, without reading past the end.
private struct TOMLScanner {
    private let bytes: [UInt8]
    private(set) var position = 0
    private(set) var line = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func looking(at text: StaticString) -> Bool {
        bytes[position...].starts(
            with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func advance() {
        guard position < bytes.count else { return }
        if current == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    /// Skips blanks, line ends and comments.
    /// - Returns: whether there is anything left.
    mutating func skipToStatement() -> Bool {
        while let byte = current {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"),
                UInt8(ascii: ","):
                advance()
            case UInt8(ascii: "#"): skipComment()
            default: return true
            }
        }
        return false
    }

    private mutating func skipComment() {
        while let byte = current, byte != UInt8(ascii: "\n") { advance() }
    }

    private mutating func skipBlanks() {
        while let byte = current, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { advance() }
    }

    /// `[a.b]` or `[[a.b]]`; nil if there is a key here.
    mutating func header() -> (path: TOMLOutline.Path, isElement: Bool)? {
        guard current == UInt8(ascii: "[") else { return nil }
        let isElement = looking(at: "[[")
        while current == UInt8(ascii: "[") { advance() }
        skipBlanks()
        let path = keyPath()
        while let byte = current,
            byte == UInt8(ascii: "]") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        {
            advance()
        }
        return (path, isElement)
    }

    /// A key, dotted or not.
    mutating func keyPath() -> TOMLOutline.Path {
        var path: TOMLOutline.Path = []
        while true {
            skipBlanks()
            path.append(key())
            skipBlanks()
            guard current == UInt8(ascii: ".") else { return path }
            advance()
        }
    }

    private mutating func key() -> String {
        if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") { return string() }
        let start = position
        while let byte = current, !" \t.=[]{},#\"'\r\n".utf8.contains(byte) { advance() }
        // Skips a byte that starts no key, so that the scanner always moves on.
        if start == position, current != nil { advance() }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    mutating func skipEquals() {
        skipBlanks()
        if current == UInt8(ascii: "=") { advance() }
        skipBlanks()
    }

    /// A value and everything inside it.
    mutating func value(at path: TOMLOutline.Path, line: Int, found: (TOMLOutline.Entry) -> Void) {
        let start = position
        var inner: [TOMLOutline.Entry] = []
        switch current {
        case UInt8(ascii: "["): array(at: path) { inner.append($0) }
        case UInt8(ascii: "{"): inlineTable(at: path) { inner.append($0) }
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = string()
        default: skipBareValue()
        }
        found(TOMLOutline.Entry(path: path, line: line, value: start..<position))
        inner.forEach(found)
    }

    private mutating func array(at path: TOMLOutline.Path, found: (TOMLOutline.Entry) -> Void) {
        advance()
        var index = 0
        while skipToStatement(), current != UInt8(ascii: "]") {
            value(at: path + [String(index)], line: line, found: found)
            index += 1
        }
        advance()
    }

    private mutating func inlineTable(at path: TOMLOutline.Path, found: (TOMLOutline.Entry) -> Void) {
        advance()
        while skipToStatement(), current != UInt8(ascii: "}") {
            let line = self.line
            let key = keyPath()
            skipEquals()
            value(at: path + key, line: line, found: found)
        }
        advance()
    }

    /// A number, a boolean or a date, which may contain a blank: up to what can follow a value.
    private mutating func skipBareValue() {
        let start = position
        while let byte = current, !",]}#\r\n".utf8.contains(byte) { advance() }
        while position > start,
            bytes[position - 1] == UInt8(ascii: " ") || bytes[position - 1] == UInt8(ascii: "\t")
        {
            position -= 1
        }
        if start == position, current != nil { advance() }
    }

    /// A string of any of the four kinds, without its quotes. Only what a key can contain is decoded.
    private mutating func string() -> String {
        let quote = bytes[position]
        let isLong = looking(at: "\"\"\"") || looking(at: "'''")
        for _ in 0..<(isLong ? 3 : 1) { advance() }
        let isBasic = quote == UInt8(ascii: "\"")
        var text: [UInt8] = []
        while let byte = current {
            if byte == quote, !isLong || closesLong(quote) { break }
            if isBasic, byte == UInt8(ascii: "\\") {
                escape(into: &text)
            } else {
                text.append(byte)
                advance()
            }
        }
        for _ in 0..<(isLong ? 3 : 1) where current != nil { advance() }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the three quotes here end the string: up to two more may precede them.
    private func closesLong(_ quote: UInt8) -> Bool {
        bytes[position...].prefix(4).prefix { $0 == quote }.count == 3
    }

    private mutating func escape(into text: inout [UInt8]) {
        advance()
        guard let byte = current else { return }
        advance()
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): scalar(digits: 4, into: &text)
        case UInt8(ascii: "U"): scalar(digits: 8, into: &text)
        default: text.append(byte)
        }
    }

    private mutating func scalar(digits: Int, into text: inout [UInt8]) {
        let end = min(bytes.count, position + digits)
        let number = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
        position = end
        if let scalar = number.flatMap(Unicode.Scalar.init) { text.append(contentsOf: String(scalar).utf8) }
    }
}
