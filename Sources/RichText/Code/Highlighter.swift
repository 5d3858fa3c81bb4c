/// Assigns roles to code line by line; a comment or string left open continues on the next line.
struct Highlighter: Sendable {
    /// A part of a line, up to the byte `end`.
    struct Token: Hashable, Sendable {
        var end: Int
        var role: StyleRole
    }

    private enum State: Sendable {
        case code
        case comment
        case string(Int)
        case tag
    }

    private let language: Language
    private var state = State.code
    private var tokens: [Token] = []
    private var index = 0

    init(_ language: Language) { self.language = language }

    /// The tokens of the next line, without its line end; together they cover it.
    mutating func tokens(of line: UnsafeBufferPointer<UInt8>) -> [Token] {
        tokens.removeAll(keepingCapacity: true)
        index = 0
        if language.shape == .diff {
            add(to: line.count, diffRole(line))
            return tokens
        }
        while index < line.count { step(line) }
        return tokens
    }

    private mutating func add(to end: Int, _ role: StyleRole) {
        index = end
        if let last = tokens.last, last.role == role {
            tokens[tokens.count - 1].end = end
        } else {
            tokens.append(Token(end: end, role: role))
        }
    }

    private mutating func step(_ line: UnsafeBufferPointer<UInt8>) {
        switch state {
        case .comment: finishComment(line, from: index)
        case .string(let quote): finishString(line, quote, from: index)
        case .code: language.shape == .markup ? stepText(line) : stepCode(line)
        case .tag: stepTag(line)
        }
    }
}

// MARK: - Code

extension Highlighter {
    private mutating func stepCode(_ line: UnsafeBufferPointer<UInt8>) {
        let byte = line[index]
        if byte == 0x20 || byte == 0x09 {
            add(to: index + 1, .codeBlock)
        } else if startsComment(line) || startsString(line) {
            return
        } else if isDigit(byte) {
            add(to: endOfNumber(line), .codeNumber)
        } else if isWord(byte) {
            addWord(line)
        } else {
            add(to: index + 1, .codeBlock)
        }
    }

    private mutating func startsComment(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        if let block = language.blockComment, line.has(block.open, at: index) {
            state = .comment
            finishComment(line, from: index + block.open.count)
            return true
        }
        guard language.lineComments.contains(where: { line.has($0, at: index) }), isCommentPlace(line) else {
            return false
        }
        add(to: line.count, .codeComment)
        return true
    }

    /// A hash inside a word does not begin a comment.
    private func isCommentPlace(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line[index] != UInt8(ascii: "#") || index == 0 || line[index - 1] == 0x20 || line[index - 1] == 0x09
    }

    private mutating func finishComment(_ line: UnsafeBufferPointer<UInt8>, from start: Int) {
        let close = language.blockComment?.close ?? []
        if let end = line.end(of: close, from: start) {
            state = .code
            add(to: end, .codeComment)
        } else {
            add(to: line.count, .codeComment)
        }
    }

    private mutating func startsString(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let quote = language.quotes.firstIndex(where: { line.has($0.open, at: index) }) else {
            return false
        }
        finishString(line, quote, from: index + language.quotes[quote].open.count)
        return true
    }

    private mutating func finishString(_ line: UnsafeBufferPointer<UInt8>, _ number: Int, from start: Int) {
        let quote = language.quotes[number]
        var end = start
        while end < line.count, !line.has(quote.close, at: end) {
            end += quote.escapes && line[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        let closed = end < line.count
        end = closed ? end + quote.close.count : line.count
        let inTag = language.shape == .markup
        state = closed || !quote.spansLines ? (inTag ? .tag : .code) : .string(number)
        let isKey = language.shape == .json && closed && line.next(from: end) == UInt8(ascii: ":")
        add(to: end, isKey ? .codeFunction : .codeString)
    }

    private func endOfNumber(_ line: UnsafeBufferPointer<UInt8>) -> Int {
        var end = index + 1
        while end < line.count, isWord(line[end]) || isDecimalPoint(line, end) { end += 1 }
        return end
    }

    private func isDecimalPoint(_ line: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        line[index] == UInt8(ascii: ".") && index + 1 < line.count && isDigit(line[index + 1])
    }

    private mutating func addWord(_ line: UnsafeBufferPointer<UInt8>) {
        var end = index + 1
        while end < line.count, isWord(line[end]) || isDigit(line[end]) { end += 1 }
        add(to: end, role(line, index..<end))
    }

    private func role(_ line: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> StyleRole {
        if language.shape == .keys, isKey(line, range) { return .codeFunction }
        // No keyword is longer.
        guard range.count <= 24 else { return .codeBlock }
        var word = String(decoding: UnsafeBufferPointer(rebasing: line[range]), as: UTF8.self)
        if language.ignoresCase { word = word.lowercased() }
        if language.keywords.contains(word) { return .codeKeyword }
        if language.types.contains(word) { return .codeType }
        let first = line[range.lowerBound]
        if first == UInt8(ascii: "@") || first == UInt8(ascii: "$") { return .codeType }
        if language.capitalsAreTypes, first >= 0x41, first <= 0x5A { return .codeType }
        let isCall = range.upperBound < line.count && line[range.upperBound] == UInt8(ascii: "(")
        return isCall ? .codeFunction : .codeBlock
    }

    /// Whether the word is the first of its line (after a list's dash, at most) and a colon or an equals sign follows.
    private func isKey(_ line: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        let next = line.next(from: range.upperBound)
        guard next == UInt8(ascii: ":") || next == UInt8(ascii: "=") else { return false }
        return line[..<range.lowerBound].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: "-") }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_") || byte >= 0x80
            || language.wordBytes.contains(byte)
    }
}

// MARK: - Tags and changes

extension Highlighter {
    /// Text between tags.
    private mutating func stepText(_ line: UnsafeBufferPointer<UInt8>) {
        guard line[index] == UInt8(ascii: "<") else {
            add(to: line[index...].firstIndex(of: UInt8(ascii: "<")) ?? line.count, .codeBlock)
            return
        }
        if startsComment(line) { return }
        var end = index + 1
        while end < line.count, isWord(line[end]) || [0x2F, 0x21, 0x3F].contains(line[end]) { end += 1 }
        if end > index + 1 { state = .tag }
        add(to: end, .codeKeyword)
    }

    /// Attributes of a tag.
    private mutating func stepTag(_ line: UnsafeBufferPointer<UInt8>) {
        let byte = line[index]
        if byte == UInt8(ascii: ">") {
            state = .code
            add(to: index + 1, .codeKeyword)
        } else if startsString(line) {
            return
        } else if isWord(byte) {
            var end = index + 1
            while end < line.count, isWord(line[end]) { end += 1 }
            add(to: end, .codeType)
        } else {
            add(to: index + 1, .codeBlock)
        }
    }

    private func diffRole(_ line: UnsafeBufferPointer<UInt8>) -> StyleRole {
        if line.has(Array("+++".utf8), at: 0) || line.has(Array("---".utf8), at: 0) { return .codeComment }
        switch line.first {
        case UInt8(ascii: "+"): return .codeAdded
        case UInt8(ascii: "-"): return .codeRemoved
        case UInt8(ascii: "@"): return .codeFunction
        case UInt8(ascii: "d"), UInt8(ascii: "i"): return .codeComment
        default: return .codeBlock
        }
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// Whether `bytes`, which are not empty, are at `index`.
    fileprivate func has(_ bytes: [UInt8], at index: Int) -> Bool {
        guard index + bytes.count <= count, index < count, self[index] == bytes.first else { return false }
        return bytes.indices.allSatisfy { self[index + $0] == bytes[$0] }
    }

    /// The end of the first `bytes` at or after `start`.
    fileprivate func end(of bytes: [UInt8], from start: Int) -> Int? {
        (Swift.min(start, count)..<count).first { has(bytes, at: $0) }.map { $0 + bytes.count }
    }

    /// The first byte at or after `start` that is not a space.
    fileprivate func next(from start: Int) -> UInt8? {
        self[Swift.min(start, count)...].first { $0 != 0x20 }
    }
}
