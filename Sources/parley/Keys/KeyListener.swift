import ArgumentParser
import RichText
import Settings
import Terminal

/// Shows what each key sends and does, until q or Ctrl-C is pressed twice.
struct KeyListener {
    let explanation: KeyExplanation

    /// To be run on the main thread.
    /// - Throws: ``TerminalError``, or the `ExitCode` for the signal that ended it.
    func run(environment: [String: String]) throws {
        let reader = try KeyReader(environment: environment)
        defer { reader.close() }
        reader.write("Press keys to see what they send and do. q or Ctrl-C twice ends this.\n")
        var pressed: [Key] = []
        var last: Key?
        while let input = reader.next() {
            guard case .key(let key)? = input.event else {
                reader.write(Self.line(input) + "\n")
                (pressed, last) = ([], nil)
                continue
            }
            let isCancelled = !pressed.isEmpty && key == Key(.escape)
            pressed = isCancelled ? [key] : pressed + [key]
            let sequence = KeySequence(pressed)
            var lines = explanation.lines(on: sequence)
            lines[0] += "    sends " + Self.description(of: input.bytes)
            reader.write(lines.map { SafeText.line($0, replacing: .blank) + "\n" }.joined())
            if key == last, [Key("q"), Key("c", .control)].contains(key) { return }
            last = key
            if isCancelled || !explanation.mayContinue(sequence) { pressed = [] }
        }
        throw ExitCode(ExitStatus.Status.interrupted)
    }

    private static func line(_ input: KeyReader.Input) -> String {
        switch input.event {
        case .paste(let text): "a paste of \(text.count) characters"
        case nil: "a sequence that is no key    sends \(description(of: input.bytes))"
        default: "a report of the terminal    sends \(description(of: input.bytes))"
        }
    }

    /// Bytes as people write them: `Esc [ A  (1b 5b 41)`.
    static func description(of bytes: [UInt8]) -> String {
        let text = SafeText.line(String(decoding: bytes, as: UTF8.self), replacing: .replacementCharacter)
        let names = bytes.map { byte in
            switch byte {
            case 0x1B: "Esc"
            case 0x20: "Space"
            case 0x00..<0x20: "^" + String(Unicode.Scalar(byte + 0x40))
            case 0x7F: "^?"
            default: String(Unicode.Scalar(byte))
            }
        }
        let isText = bytes.contains { $0 >= 0x80 }
        let hexadecimal = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        return (isText ? text : names.joined(separator: " ")) + "  (\(hexadecimal))"
    }
}
