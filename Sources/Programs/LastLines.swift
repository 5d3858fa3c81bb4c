import RichText
import Subprocess

/// The end of what a program writes to standard error.
actor LastLines {
    private var bytes: [UInt8] = []
    private var isCut = false
    private static let limit = 4096
    private static let lines = 5

    func read(_ output: SubprocessOutputSequence) async {
        do {
            for try await buffer in output { append(buffer.withUnsafeBytes { Array($0) }) }
        } catch {
            // What has arrived is all there is.
        }
    }

    func append(_ more: [UInt8]) {
        bytes += more
        guard bytes.count > Self.limit else { return }
        bytes.removeFirst(bytes.count - Self.limit)
        isCut = true
    }

    /// The last lines with visible text, without control characters. A line whose beginning is gone is left out: it could hold a
    /// part of a secret that is no longer recognised as one.
    var text: String {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).dropFirst(isCut ? 1 : 0)
        return lines.map { SafeText.line(String($0), replacing: .nothing) }
            .filter { !$0.allSatisfy(\.isWhitespace) }.suffix(Self.lines).joined(separator: "\n")
    }
}
