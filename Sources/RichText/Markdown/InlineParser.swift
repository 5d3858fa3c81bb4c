/// Parses the text of a paragraph, heading or cell into styled parts, in time proportional to its length.
///
/// It is CommonMark, except where that harms text that is not meant as Markdown:
/// - Delimiters inside words and numbers are text (`2*3*4`, `a**2`), and so is `__name__`; single tildes are text.
/// - A backslash stays (`C:\dir`, `\d+`, `\(x\)`) unless what follows would be syntax without it.
/// - Emphasis begins and ends beside punctuation of Chinese, Japanese and Korean as well as beside letters.
/// - Line ends are kept, and `<br>` is one; some other tags are drawn.
/// - Mathematics is left as it is.
struct InlineParser {
    enum Style: Hashable, Sendable {
        case emphasis, strong, strikethrough
    }

    enum Token {
        /// Bytes of the source as they are.
        case text(Range<Int>)
        case character(String)
        case code(Range<Int>)
        case html(Range<Int>)
        case openTag(InlineTag.Kind)
        case closeTag(InlineTag.Kind)
        case math(Range<Int>)
        /// The label of a footnote that is in the text.
        case footnote(Range<Int>)
        case lineBreak
        /// A run of delimiters, by its index.
        case delimiters(Int)
        case openLink(address: String, isImage: Bool)
        case closeLink
        /// A link that is written as its address.
        case address(Range<Int>, String)
    }

    /// A run of delimiters: what it closes, the ones that are text, and what it opens.
    struct Delimiters {
        let byte: UInt8
        let start: Int
        let length: Int
        let canOpen: Bool
        let canClose: Bool
        /// Those that are text.
        var count: Int
        /// The inner first.
        var closed: [Style] = []
        /// The inner first.
        var opened: [Style] = []

        var end: Int { start + length }
    }

    private struct Bracket {
        var token: Int
        var end: Int
        var isImage: Bool
        /// The delimiters before it that are not matched.
        var unmatched: Int
    }

    /// A backslash before a delimiter.
    private struct Escape {
        var token: Int
        var byte: UInt8
        var position: Int
        var canOpen: Bool
        var canClose: Bool
    }

    let bytes: UnsafeBufferPointer<UInt8>
    var tokens: [Token] = []
    private(set) var delimiters: [Delimiters] = []
    /// Whether plain words at the end take the style of the end, whatever they are.
    private(set) var keepsStyle = true

    private let isOpenEnd: Bool
    let definitions: LinkDefinitions?
    var index = 0
    /// Where the text begins that is not in a token yet.
    private var plainStart = 0
    /// The delimiters that are not matched yet.
    private var unmatched: [Int] = []
    /// Of those being matched, the ones that may still open something.
    private var openers: [Int] = []
    private var brackets: [Bracket] = []
    /// The brackets before a link that cannot begin another one.
    private var inactiveBrackets = 0
    private var escapes: [Escape] = []
    /// The starts of runs of backticks, by their length.
    private var backticks: [Int: [Int]]?
    /// Tags that may be drawn, by the index of their tokens.
    private(set) var tags: [(token: Int, tag: InlineTag)] = []

    /// - Parameters:
    ///   - bytes: the text; every line but the last ends with a line feed.
    ///   - isOpenEnd: whether the text is still arriving: what is open at its end is then drawn as what it will most likely become.
    ///   - definitions: the addresses of references.
    init(_ bytes: UnsafeBufferPointer<UInt8>, isOpenEnd: Bool = false, definitions: LinkDefinitions? = nil) {
        self.bytes = bytes
        self.isOpenEnd = isOpenEnd
        self.definitions = definitions
        while index < bytes.count { step() }
        endText(at: bytes.count)
        match(from: 0)
        dropEscapes()
        matchTags()
        if isOpenEnd { closeOpen() }
    }

    subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

    private func byte(_ index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0x0A }

    // MARK: Steps

    private mutating func step() {
        switch bytes[index] {
        case UInt8(ascii: "\\"): readBackslash()
        case UInt8(ascii: "`"): readCode()
        case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): readDelimiters()
        case UInt8(ascii: "$"): readDollars()
        case UInt8(ascii: "["):
            if !readFootnote() { openBracket(isImage: false) }
        case UInt8(ascii: "!") where byte(index + 1) == UInt8(ascii: "["): openBracket(isImage: true)
        case UInt8(ascii: "]"): closeBracket()
        case UInt8(ascii: "<"): readAngle()
        case UInt8(ascii: "&"): readEntity()
        case 0x0A: endLine()
        case UInt8(ascii: ":"), UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "@"): readAddress()
        default: index += 1
        }
    }

    /// Makes a token of the text so far.
    private mutating func endText(at end: Int) {
        if end > plainStart { tokens.append(.text(plainStart..<end)) }
        plainStart = end
    }

    /// Appends a token for the bytes up to `end`.
    mutating func append(_ token: Token, upTo end: Int) {
        endText(at: index)
        tokens.append(token)
        index = end
        plainStart = end
    }

    private mutating func endLine() {
        var end = index
        while end > plainStart, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        endText(at: end)
        tokens.append(.lineBreak)
        index += 1
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        plainStart = index
    }

    private func endOfRun(_ start: Int) -> Int {
        var end = start + 1
        while end < bytes.count, bytes[end] == bytes[start] { end += 1 }
        return end
    }

    // MARK: Code

    private mutating func readCode() {
        let end = endOfRun(index)
        if let close = nextBackticks(end - index, from: end) {
            return append(.code(codeContent(end..<close)), upTo: close + end - index)
        }
        guard isOpenEnd, end < bytes.count else {
            index = end
            return
        }
        append(.code(end..<bytes.count), upTo: bytes.count)
    }

    /// One blank at either end is not part of the code.
    private func codeContent(_ range: Range<Int>) -> Range<Int> {
        guard range.count > 2, bytes[range.lowerBound] == 0x20, bytes[range.upperBound - 1] == 0x20,
            bytes[range].contains(where: { $0 != 0x20 })
        else { return range }
        return range.dropFirst().dropLast()
    }

    /// The start of the next run of so many backticks.
    private mutating func nextBackticks(_ length: Int, from start: Int) -> Int? {
        if backticks == nil { findBackticks() }
        guard let starts = backticks?[length] else { return nil }
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < start { low = middle + 1 } else { high = middle }
        }
        return low < starts.count ? starts[low] : nil
    }

    private mutating func findBackticks() {
        var found: [Int: [Int]] = [:]
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "`") {
                let end = endOfRun(place)
                found[end - place, default: []].append(place)
                place = end
            } else {
                place += 1
            }
        }
        backticks = found
    }

    // MARK: Emphasis

    private mutating func readDelimiters() {
        let end = endOfRun(index)
        let byte = bytes[index]
        let side = Flanks(bytes, index..<end)
        guard side.canOpen || side.canClose, byte != UInt8(ascii: "~") || end - index == 2 else {
            index = end
            return
        }
        delimiters.append(
            Delimiters(
                byte: byte, start: index, length: end - index, canOpen: side.canOpen, canClose: side.canClose,
                count: end - index))
        unmatched.append(delimiters.count - 1)
        append(.delimiters(delimiters.count - 1), upTo: end)
    }

    /// Joins openers and closers among the unmatched delimiters from the index `first` on.
    private mutating func match(from first: Int) {
        openers.removeAll(keepingCapacity: true)
        // How many openers were searched in vain, by the kind of closer.
        var searched = [Int](repeating: 0, count: 18)
        for closer in unmatched[first...] {
            if delimiters[closer].canClose { close(with: closer, &searched) }
            if delimiters[closer].canOpen, delimiters[closer].count > 0 { openers.append(closer) }
        }
        unmatched.removeSubrange(first...)
    }

    private mutating func close(with closer: Int, _ searched: inout [Int]) {
        let key = Self.key(delimiters[closer])
        while delimiters[closer].count > 0 {
            let limit = min(searched[key], openers.count)
            guard let place = openers[limit...].lastIndex(where: { joins($0, closer) }) else {
                searched[key] = openers.count
                return
            }
            let opener = openers[place]
            openers.removeSubrange((place + 1)...)
            guard !isName(opener, closer) else {
                openers.removeLast()
                return
            }
            let used = min(2, delimiters[opener].count, delimiters[closer].count)
            let style: Style =
                delimiters[opener].byte == UInt8(ascii: "~")
                ? .strikethrough : used == 2 ? .strong : .emphasis
            delimiters[opener].count -= used
            delimiters[closer].count -= used
            delimiters[opener].opened.append(style)
            delimiters[closer].closed.append(style)
            if delimiters[opener].count == 0 { openers.removeLast() }
            for index in searched.indices { searched[index] = min(searched[index], openers.count) }
        }
    }

    private static func key(_ run: Delimiters) -> Int {
        let byte = run.byte == UInt8(ascii: "*") ? 0 : run.byte == UInt8(ascii: "_") ? 1 : 2
        return (byte * 2 + (run.canOpen ? 1 : 0)) * 3 + run.length % 3
    }

    private func joins(_ opener: Int, _ closer: Int) -> Bool {
        let (opener, closer) = (delimiters[opener], delimiters[closer])
        guard opener.byte == closer.byte else { return false }
        guard opener.canClose || closer.canOpen, (opener.length + closer.length) % 3 == 0 else { return true }
        return opener.length % 3 == 0 && closer.length % 3 == 0
    }

    /// Whether two pairs of underscores around one word are part of a name.
    private func isName(_ opener: Int, _ closer: Int) -> Bool {
        isName(opener, upTo: delimiters[closer].start) && delimiters[closer].count > 1
    }

    private func isName(_ opener: Int, upTo end: Int) -> Bool {
        guard delimiters[opener].byte == UInt8(ascii: "_"), delimiters[opener].count > 1 else { return false }
        return bytes[delimiters[opener].end..<end].prefix(200).allSatisfy {
            $0.isLetter || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_")
        }
    }

    /// Closes what is open at the end of a text that is still arriving.
    private mutating func closeOpen() {
        var end = Delimiters(
            byte: 0, start: bytes.count, length: 0, canOpen: false, canClose: true, count: 0)
        for opener in openers.reversed() where delimiters[opener].end < bytes.count {
            if isName(opener, upTo: bytes.count) {
                keepsStyle = false
                continue
            }
            let styles: [Style] =
                delimiters[opener].byte == UInt8(ascii: "~")
                ? [.strikethrough]
                : delimiters[opener].count == 1
                    ? [.emphasis] : delimiters[opener].count == 2 ? [.strong] : [.emphasis, .strong]
            delimiters[opener].count = max(0, delimiters[opener].count - 3)
            delimiters[opener].opened += styles
            end.closed += styles
        }
        guard !end.closed.isEmpty else { return }
        delimiters.append(end)
        tokens.append(.delimiters(delimiters.count - 1))
    }

    // MARK: Backslashes

    private mutating func readBackslash() {
        let next = byte(index + 1)
        if let end = MathSpan.end(in: bytes, at: index) { return append(.math(index..<end), upTo: end) }
        if next == 0x0A, index + 1 < bytes.count {
            // The line ends anyway.
            endText(at: index)
            index += 1
            plainStart = index
            return
        }
        guard next.isPunctuation, index + 1 < bytes.count else {
            index += 1
            return
        }
        if next == UInt8(ascii: "*") || next == UInt8(ascii: "_") {
            let side = Flanks(bytes, index + 1..<index + 2, before: index)
            let escape = Escape(
                token: tokens.count + (index > plainStart ? 1 : 0), byte: next, position: index,
                canOpen: side.canOpen,
                canClose: side.canClose)
            escapes.append(escape)
            append(.text(index..<index + 1), upTo: index + 1)
            index += 1
        } else if acts(next) {
            endText(at: index)
            plainStart = index + 1
            index += 2
        } else {
            index += 2
        }
    }

    /// Whether the punctuation after a backslash would be syntax without it.
    private mutating func acts(_ next: UInt8) -> Bool {
        let after = byte(index + 2)
        switch next {
        case UInt8(ascii: "\\"): return "*_`[]<~".utf8.contains(after)
        case UInt8(ascii: "`"):
            if backticks == nil { findBackticks() }
            return backticks?.contains { $0.key > 1 || $0.value.count > 1 } ?? false
        case UInt8(ascii: "~"): return after == next || byte(index - 1) == next
        case UInt8(ascii: "["): return isLinkLabel(from: index + 2)
        case UInt8(ascii: "]"): return after == UInt8(ascii: "(")
        case UInt8(ascii: "("): return byte(index - 1) == UInt8(ascii: "]")
        case UInt8(ascii: "!"): return after == UInt8(ascii: "[")
        case UInt8(ascii: "<"):
            return HTMLBlock.endOfInline(in: bytes, at: index + 1) != nil
                || LinkTarget.angle(in: bytes, at: index + 1) != nil
        case UInt8(ascii: "&"): return Entity(bytes, at: index + 1) != nil
        case UInt8(ascii: "#"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ">"), UInt8(ascii: "="):
            return beginsLine(index) && (after.isMarkdownSpace || after == next)
        case UInt8(ascii: "."), UInt8(ascii: ")"): return beginsWithNumber(index) && after.isMarkdownSpace
        default: return false
        }
    }

    private func beginsLine(_ index: Int) -> Bool { index == 0 || bytes[index - 1] == 0x0A }

    private func beginsWithNumber(_ end: Int) -> Bool {
        let digits = bytes[..<end].suffix(10).reversed().prefix { $0 &- 0x30 < 10 }.count
        return digits > 0 && digits < 10 && beginsLine(end - digits)
    }

    private func isLinkLabel(from start: Int) -> Bool {
        guard let end = bytes[start...].prefix(LinkDefinitions.longestLabel).firstIndex(of: UInt8(ascii: "]"))
        else {
            return false
        }
        return byte(end + 1) == UInt8(ascii: "(") || definitions?.address(of: bytes[start..<end]) != nil
    }

    /// Leaves out the backslashes that kept a delimiter from joining another one.
    private mutating func dropEscapes() {
        guard !escapes.isEmpty else { return }
        var firstOpener: [UInt8: Int] = [:]
        var lastCloser: [UInt8: Int] = [:]
        func note(_ byte: UInt8, _ position: Int, _ canOpen: Bool, _ canClose: Bool) {
            if canOpen { firstOpener[byte] = min(firstOpener[byte] ?? .max, position) }
            if canClose { lastCloser[byte] = max(lastCloser[byte] ?? -1, position) }
        }
        for run in delimiters { note(run.byte, run.start, run.canOpen, run.canClose) }
        for escape in escapes { note(escape.byte, escape.position, escape.canOpen, escape.canClose) }
        for escape in escapes {
            let opens = escape.canOpen && lastCloser[escape.byte] ?? -1 > escape.position
            let closes = escape.canClose && firstOpener[escape.byte] ?? .max < escape.position
            if opens || closes { tokens[escape.token] = .text(0..<0) }
        }
    }

    // MARK: Links

    private mutating func openBracket(isImage: Bool) {
        let end = index + (isImage ? 2 : 1)
        let range = index..<end
        append(.text(range), upTo: end)
        brackets.append(
            Bracket(token: tokens.count - 1, end: end, isImage: isImage, unmatched: unmatched.count))
    }

    private mutating func closeBracket() {
        guard let bracket = brackets.popLast() else {
            index += 1
            return
        }
        defer { inactiveBrackets = min(inactiveBrackets, brackets.count) }
        let isActive = bracket.isImage || brackets.count >= inactiveBrackets
        guard isActive, let (address, end) = target(of: bracket) else {
            index += 1
            return
        }
        append(.closeLink, upTo: end)
        tokens[bracket.token] = .openLink(address: address, isImage: bracket.isImage)
        // What is open in the label stays in it.
        match(from: bracket.unmatched)
        if !bracket.isImage { inactiveBrackets = brackets.count }
    }

    /// The address of a link whose label ends at the index, and where the link ends.
    private mutating func target(of bracket: Bracket) -> (String, Int)? {
        let next = index + 1
        if byte(next) == UInt8(ascii: "("), next < bytes.count {
            switch LinkTarget.inline(in: bytes, at: next) {
            case .found(let address, let end): return (address, end)
            case .open(let address) where isOpenEnd:
                keepsStyle = false
                return (address, bytes.count)
            case .open, .none: break
            }
        }
        guard let definitions, !definitions.isEmpty else { return nil }
        if byte(next) == UInt8(ascii: "["), next < bytes.count,
            let end = bytes[(next + 1)...].prefix(LinkDefinitions.longestLabel + 1).firstIndex(
                of: UInt8(ascii: "]"))
        {
            let label = end == next + 1 ? bytes[bracket.end..<index] : bytes[next + 1..<end]
            return definitions.address(of: label).map { ($0, end + 1) }
        }
        return definitions.address(of: bytes[bracket.end..<index]).map { ($0, next) }
    }

    private mutating func readAngle() {
        if let (range, address) = LinkTarget.angle(in: bytes, at: index) {
            return append(.address(range, address), upTo: range.upperBound + 1)
        }
        guard let end = HTMLBlock.endOfInline(in: bytes, at: index) else {
            index += 1
            return
        }
        if bytes[index..<end].isLineBreak { return append(.lineBreak, upTo: end) }
        if let tag = InlineTag(self[index..<end]) {
            tags.append((tokens.count + (index > plainStart ? 1 : 0), tag))
        }
        append(.html(index..<end), upTo: end)
    }

    private mutating func readAddress() {
        guard let (range, address) = LinkTarget.bare(in: bytes, at: index, from: plainStart) else {
            index += 1
            return
        }
        index = range.lowerBound
        append(.address(range, address), upTo: range.upperBound)
    }

    private mutating func readEntity() {
        guard let entity = Entity(bytes, at: index) else {
            index += 1
            return
        }
        append(.character(entity.text), upTo: entity.end)
    }
}

extension InlineParser {
    /// Text without backslashes before punctuation and with characters for entities: an address, or what follows a fence.
    static func unescaped(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "&") }) else {
            return String(decoding: text, as: UTF8.self)
        }
        let text = UnsafeBufferPointer(rebasing: text)
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "\\"), index + 1 < text.count, text[index + 1].isPunctuation {
                result.append(text[index + 1])
                index += 2
            } else if let entity = Entity(text, at: index) {
                result.append(contentsOf: entity.text.utf8)
                index = entity.end
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    /// Whether a tag is `<br>`.
    fileprivate var isLineBreak: Bool {
        let name = dropFirst().prefix { $0.isLetter }
        return name.map { $0 | 0x20 } == [UInt8(ascii: "b"), UInt8(ascii: "r")]
            && self[name.endIndex...].dropLast().allSatisfy { $0.isMarkdownSpace || $0 == UInt8(ascii: "/") }
    }
}

extension UInt8 {
    /// ASCII punctuation.
    var isPunctuation: Bool {
        switch self {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
