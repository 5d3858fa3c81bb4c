import Foundation
import RichText
import Storage
import SystemPackage
import TOMLKit

/// A settings file in TOML: its values, the line of each, and the problems found so far.
struct SettingsFile {
    /// As the person would write its path.
    let name: String
    let outline: TOMLOutline
    private let root: TOMLNode
    private(set) var problems: [Problem] = []

    typealias Path = TOMLOutline.Path

    /// A text that does not parse is reported, and counts as empty.
    init(text: String, name: String) {
        self.name = name
        do {
            root = try TOMLNode(TOMLTable.checked(text))
            outline = TOMLOutline(text)
        } catch {
            root = .table([:])
            outline = TOMLOutline("")
            problems = [Self.problem(error, file: name)]
        }
    }

    /// Reads a file. A missing one counts as empty, unless it `mustExist`.
    init(path: String, name: String, mustExist: Bool = false) {
        do throws(Problem) {
            self.init(text: try Self.text(of: path, name: name, mustExist: mustExist), name: name)
        } catch {
            self.init(text: "", name: name)
            problems = [error]
        }
    }

    // MARK: Values

    /// The keys of a table, in the order of the file.
    func keys(below path: Path) -> [String] {
        outline.keys(below: path).filter { node(at: path + [$0]) != nil }
    }

    func node(at path: Path) -> TOMLNode? {
        path.reduce(Optional(root)) { node, key in
            switch node {
            case .table(let members): members[key]
            case .array(let elements): Int(key).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: nil
            }
        }
    }

    /// A string, or nil if there is none; any other kind of value is reported.
    /// - Parameter example: a line that would be right.
    mutating func string(at path: Path, example: String) -> String? {
        switch node(at: path) {
        case .string(let text): return text
        case nil: return nil
        case let node?:
            report(
                wrongKind(of: node, at: path, wanted: "a string"), at: path,
                advice: "Write it as in \(example)")
            return nil
        }
    }

    /// A list of strings, or nil if there is none; any other kind of value is reported.
    mutating func strings(at path: Path, example: String) -> [String]? {
        guard let node = node(at: path) else { return nil }
        if case .array(let elements) = node {
            let strings = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
            if strings.count == elements.count { return strings }
        }
        report(
            wrongKind(of: node, at: path, wanted: "a list of strings"), at: path,
            advice: "Write it as in \(example)")
        return nil
    }

    /// A whole number in a range, or nil if there is none; anything else is reported.
    mutating func integer(at path: Path, within range: ClosedRange<Int>, example: String) -> Int? {
        quantity(at: path, within: range, called: "a whole number", example: example) { node in
            if case .integer(let whole) = node { whole } else { nil }
        }
    }

    /// A number in a range, or nil if there is none; anything else is reported.
    mutating func number(at path: Path, within range: ClosedRange<Double>, example: String) -> Double? {
        quantity(at: path, within: range, called: "a number", example: example) { node in
            switch node {
            case .integer(let whole): Double(whole)
            case .number(let fraction): fraction
            default: nil
            }
        }
    }

    private mutating func quantity<Number: Comparable>(
        at path: Path, within range: ClosedRange<Number>, called name: String, example: String,
        read: (TOMLNode) -> Number?
    ) -> Number? {
        guard let node = node(at: path) else { return nil }
        let wanted = "\(name) from \(range.lowerBound) to \(range.upperBound)"
        let number = read(node)
        if let number, range.contains(number) { return number }
        report(
            number == nil
                ? wrongKind(of: node, at: path, wanted: wanted)
                : "\(Self.quoted(path.last ?? "")) has to be \(wanted).",
            at: path, advice: "Write it as in \(example)")
        return nil
    }

    /// True or false, or nil if there is neither; any other kind of value is reported.
    mutating func boolean(at path: Path, example: String) -> Bool? {
        switch node(at: path) {
        case .boolean(let flag): return flag
        case nil: return nil
        case let node?:
            report(
                wrongKind(of: node, at: path, wanted: "true or false"), at: path,
                advice: "Write it as in \(example)")
            return nil
        }
    }

    /// Whether there is a table; any other kind of value is reported.
    mutating func hasTable(at path: Path, example: String) -> Bool {
        switch node(at: path) {
        case .table: return true
        case nil: return false
        case let node?:
            report(
                wrongKind(of: node, at: path, wanted: "a table"), at: path,
                advice: "Write it as in \(example)")
            return false
        }
    }

    // MARK: Problems

    mutating func report(_ message: String, at path: Path, advice: String? = nil) {
        problems.append(Problem(file: name, line: outline.line(of: path), message: message, advice: advice))
    }

    /// Reports every key of a table that is not one of the `known`.
    /// - Parameter place: where the table is, in words: `in account "support"`; nil at the top of the file.
    mutating func checkKeys(below path: Path, known: [String], place: String? = nil) {
        for key in keys(below: path) where !known.contains(key) {
            report(
                "Unknown key \(Self.quoted(key))" + (place.map { " \($0)" } ?? "") + ".", at: path + [key],
                advice: NearestName(known: known).advice(for: key))
        }
    }

    private func wrongKind(of node: TOMLNode, at path: Path, wanted: String) -> String {
        let key = path.last { Int($0) == nil } ?? ""
        if case .array = node {
            return "\(Self.quoted(key)) is a list of other things; it has to be \(wanted)."
        }
        return "\(Self.quoted(key)) is \(node.kind); it has to be \(wanted)."
    }

    /// A name from a file in quotation marks, safe to show and cut after 60 characters.
    static func quoted(_ name: String) -> String {
        let safe = SafeText.line(name, replacing: .replacementCharacter)
        return "\"" + safe.prefix(60) + (safe.count > 60 ? "…" : "") + "\""
    }

    private static func problem(_ error: any Error, file: String) -> Problem {
        if let header = error as? NamelessHeader {
            return Problem(
                file: file, line: header.line,
                message:
                    "This is not valid TOML: the name of a table is missing, or has characters that only a quoted name may have.",
                advice: "Until that is corrected the whole file is ignored.")
        }
        guard let error = error as? TOMLParseError else {
            return Problem(file: file, message: "This is not valid TOML: \(error).")
        }
        return Problem(
            file: file, line: error.source.begin.line,
            message: "This is not valid TOML. \(SafeText.line(error.description, replacing: .blank)).",
            advice: "Until that is corrected the whole file is ignored.")
    }

    // MARK: Text

    /// The largest settings file that is read, in bytes: far more than a person writes.
    private static let sizeLimit = 1 << 20

    /// How long a pipe may be silent, in milliseconds: `--config <(command)`.
    private static let pipeTimeout: Int32 = 5000

    /// The text of a file; empty if it does not exist and need not.
    static func text(of path: String, name: String, mustExist: Bool = false) throws(Problem) -> String {
        do {
            // A pipe without a writer would hold up a blocking `open` for as long as it likes.
            let file = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            let bytes = try file.closeAfter { try contents(of: file) }
            if bytes.count > sizeLimit { throw Problem(file: name, message: "The file is larger than 1 MB.") }
            return try text(of: bytes[...], name: name)
        } catch let problem as Problem {
            throw problem
        } catch Errno.noSuchFileOrDirectory where !mustExist {
            return ""
        } catch Errno.wouldBlock {
            throw Problem(file: name, message: "The file is a pipe, and nothing comes out of it.")
        } catch {
            let number = (error as? Errno)?.rawValue ?? EIO
            throw Problem(file: name, message: "The file cannot be read: \(FileError.reason(of: number)).")
        }
    }

    /// - Returns: at most one byte more than ``sizeLimit``.
    /// - Throws: `Errno`, `.wouldBlock` for a pipe that stays silent.
    private static func contents(of file: FileDescriptor) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: sizeLimit + 1)
        var count = 0
        while count < bytes.count {
            do {
                let read = try bytes.withUnsafeMutableBytes { buffer in
                    try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                }
                if read == 0 { break }
                count += read
            } catch Errno.wouldBlock {
                var polled = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
                guard poll(&polled, 1, pipeTimeout) > 0 else { throw Errno.wouldBlock }
            }
        }
        if count == 0, isPipe(file) { throw Errno.wouldBlock }
        return Array(bytes.prefix(count))
    }

    private static func isPipe(_ file: FileDescriptor) -> Bool {
        var status = stat()
        return fstat(file.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    private static func text(of bytes: ArraySlice<UInt8>, name: String) throws(Problem) -> String {
        if let nul = bytes.firstIndex(of: 0) {
            let line = bytes[..<nul].count { $0 == UInt8(ascii: "\n") } + 1
            throw Problem(
                file: name, line: line, message: "There is a NUL byte here.", advice: "Save it as UTF-8 text."
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
            throw Problem(
                file: name, line: line.map { $0 + 1 }, message: "This is not UTF-8.",
                advice: "Save it as UTF-8 text.")
        }
        return text
    }
}
