/// Assigns roles to code line by line; a comment or string left open continues on the next line.
struct Highlighter: Sendable {
    /// A part of a line, up to the byte `end`.
    struct Token: Hashable, Sendable {
        var end: Int
        var role: StyleRole
    }

    private enum State: Sendable {
        case code
        /// With the number of comments around it.
        case comment(Int, depth: Int)
        case string(Int)
        case tag
    }

    private let grammar: Grammar
    private var state = State.code
    private var tokens: [Token] = []
    private var index = 0

    init(_ language: Language) { grammar = Grammar(language) }

    /// The tokens of the next line, without its line end; together they cover it.
    mutating func tokens(of line: UnsafeBufferPointer<UInt8>) -> [Token] {
        tokens.removeAll(keepingCapacity: true)
        index = 0
        if case .code = state { startLine(line) }
        while index < line.count { step(line) }
        return tokens
    }

    private mutating func add(to end: Int, _ role: StyleRole) {
        guard end > index else { return }
        index = end
        if let last = tokens.last, last.role == role {
            tokens[tokens.count - 1].end = end
        } else {
            tokens.append(Token(end: end, role: role))
        }
    }

    private mutating func step(_ line: UnsafeBufferPointer<UInt8>) {
        switch state {
        case .comment(let number, let depth): finishComment(line, number, depth, from: index)
        case .string(let number): finishString(line, number, from: index)
        case .code: grammar.language.hasTags ? stepText(line) : stepCode(line)
        case .tag: stepTag(line)
        }
    }

    /// Reads what the beginning of the line decides.
    private mutating func startLine(_ line: UnsafeBufferPointer<UInt8>) {
        if let start = grammar.lineStarts.first(where: { line.has($0.text, at: 0) }) {
            return add(to: start.isRestCode ? start.text.count : line.count, start.role)
        }
        guard grammar.language.readsOtherLines else { return add(to: line.count, .codeBlock) }
        guard !grammar.startComments.isEmpty,
            let first = line.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
            grammar.startComments.contains(where: { line.has($0, at: first) })
        else { return }
        add(to: line.count, .codeComment)
    }
}

// MARK: - Code

extension Highlighter {
    private mutating func stepCode(_ line: UnsafeBufferPointer<UInt8>) {
        let byte = line[index]
        let traits = grammar.traits(of: byte)
        if traits.contains(.comment), startsComment(line) { return }
        if traits.contains(.quotation), startsString(line) { return }
        if traits.contains(.digit) {
            add(to: endOfNumber(line), .codeNumber)
        } else if traits.contains(.word) || traits.contains(.prefix) && isPrefix(line) {
            addWord(line)
        } else {
            add(to: index + 1, .codeBlock)
        }
    }

    /// Whether the next byte begins a word that it belongs to.
    private func isPrefix(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard index + 1 < line.count else { return false }
        return grammar.isWord(line[index + 1]) || line[index] == UInt8(ascii: "\\")
            || line[index + 1] == UInt8(ascii: "{")
    }

    private mutating func startsComment(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        if let number = grammar.blockComments.firstIndex(where: { line.has($0.open, at: index) }) {
            finishComment(line, number, 0, from: index + grammar.blockComments[number].open.count)
            return true
        }
        guard isCommentPlace(line), grammar.lineComments.contains(where: { line.has($0, at: index) }) else {
            return false
        }
        add(to: line.count, .codeComment)
        return true
    }

    /// A hash inside a word does not begin a comment, and nothing does that is escaped.
    private func isCommentPlace(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard index > 0 else { return true }
        let before = line[index - 1]
        guard line[index] == UInt8(ascii: "#") else { return before != UInt8(ascii: "\\") }
        return before == 0x20 || before == 0x09
    }

    /// - Parameter depth: the comments around it.
    private mutating func finishComment(
        _ line: UnsafeBufferPointer<UInt8>, _ number: Int, _ depth: Int, from start: Int
    ) {
        let comment = grammar.blockComments[number]
        var depth = depth
        var end = start
        while end < line.count {
            if line.has(comment.close, at: end) {
                end += comment.close.count
                if depth == 0 {
                    state = .code
                    return add(to: end, .codeComment)
                }
                depth -= 1
            } else if comment.nests, line.has(comment.open, at: end) {
                end += comment.open.count
                depth += 1
            } else {
                end += 1
            }
        }
        state = .comment(number, depth: depth)
        add(to: line.count, .codeComment)
    }

    private mutating func startsString(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let number = grammar.quotations.firstIndex(where: { line.has($0.open, at: index) }) else {
            return false
        }
        finishString(line, number, from: index + grammar.quotations[number].open.count)
        return true
    }

    private mutating func finishString(_ line: UnsafeBufferPointer<UInt8>, _ number: Int, from start: Int) {
        let quotation = grammar.quotations[number]
        var end = start
        while end < line.count, !line.has(quotation.close, at: end) {
            end += quotation.escapes && line[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        let closed = end < line.count
        end = closed ? end + quotation.close.count : line.count
        let outside = grammar.language.hasTags ? State.tag : .code
        state = closed || !quotation.isMultiline ? outside : .string(number)
        let isKey = grammar.language.keys == .quoted && closed && line.next(from: end) == UInt8(ascii: ":")
        add(to: end, isKey ? .codeFunction : .codeString)
    }

    private func endOfNumber(_ line: UnsafeBufferPointer<UInt8>) -> Int {
        var end = index + 1
        while end < line.count, grammar.isWord(line[end]) || isDecimalPoint(line, end) { end += 1 }
        return end
    }

    private func isDecimalPoint(_ line: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        line[index] == UInt8(ascii: ".") && index + 1 < line.count
            && grammar.traits(of: line[index + 1]).contains(.digit)
    }

    private mutating func addWord(_ line: UnsafeBufferPointer<UInt8>) {
        var end = index + 1
        while end < line.count, grammar.isWord(line[end]) { end += 1 }
        // A backslash escapes what begins no word.
        if end == index + 1, end < line.count, line[index] == UInt8(ascii: "\\") { end += 1 }
        if grammar.language.keys == .words, isKey(line, index..<end) { return add(to: end, .codeFunction) }
        let isCalled = end < line.count && line[end] == UInt8(ascii: "(")
        add(to: end, grammar.role(of: UnsafeBufferPointer(rebasing: line[index..<end]), isCalled: isCalled))
    }

    /// Whether the word is the first of its line (after a list's dash, at most) and a colon or an equals sign follows.
    private func isKey(_ line: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        let rest = line[range.upperBound...].drop {
            $0 == 0x20 || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "+")
        }
        guard rest.first == UInt8(ascii: ":") || rest.first == UInt8(ascii: "=") else { return false }
        return tokens.allSatisfy { $0.role == .codeBlock }
            && line[..<range.lowerBound].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: "-") }
    }
}

// MARK: - Tags

extension Highlighter {
    /// Text between tags.
    private mutating func stepText(_ line: UnsafeBufferPointer<UInt8>) {
        guard line[index] == UInt8(ascii: "<") else {
            return add(to: line[index...].firstIndex(of: UInt8(ascii: "<")) ?? line.count, .codeBlock)
        }
        if startsComment(line) { return }
        var end = index + 1
        while end < line.count, grammar.isWord(line[end]) || [0x2F, 0x21, 0x3F].contains(line[end]) {
            end += 1
        }
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
        } else if grammar.isWord(byte) {
            var end = index + 1
            while end < line.count, grammar.isWord(line[end]) { end += 1 }
            add(to: end, .codeType)
        } else {
            add(to: index + 1, .codeBlock)
        }
    }
}

extension UnsafeBufferPointer where Element == UInt8 {
    /// Whether `bytes`, which are not empty, are at `index`.
    fileprivate func has(_ bytes: [UInt8], at index: Int) -> Bool {
        guard index + bytes.count <= count, index < count, self[index] == bytes.first else { return false }
        return bytes.indices.allSatisfy { self[index + $0] == bytes[$0] }
    }

    /// The first byte at or after `start` that is not a space.
    fileprivate func next(from start: Int) -> UInt8? {
        self[Swift.min(start, count)...].first { $0 != 0x20 }
    }
}
