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
        let visible = lines.map { line in
            String(
                String.UnicodeScalarView(
                    line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
        }
        return visible.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(Self.lines).joined(separator: "\n")
    }
}
