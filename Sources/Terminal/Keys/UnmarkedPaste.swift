import RichText

/// Recognises a paste from a terminal that does not mark it: keys that arrive together, with a line end among them and text behind
/// it. Enter in it is a line end and sends nothing. Whoever types that fast, ahead of a slow connection, finds the text in the input.
enum UnmarkedPaste {
    /// Replaces each run of such keys in one reading of the terminal by a paste.
    static func joined(_ events: [InputEvent]) -> [InputEvent] {
        var result: [InputEvent] = []
        var run: [InputEvent] = []
        var text = ""
        func close() {
            result += isPaste(text) ? [.paste(text)] : run
            (run, text) = ([], "")
        }
        for event in events {
            if let character = character(of: event) {
                run.append(event)
                text.append(character)
            } else {
                close()
                result.append(event)
            }
        }
        close()
        return result
    }

    /// Whether there is text before and after a line end.
    private static func isPaste(_ text: String) -> Bool {
        text.split(separator: "\n", maxSplits: 1).count == 2
    }

    /// What a key adds to a text; nil for keys that act.
    private static func character(of event: InputEvent) -> Character? {
        guard case .key(let key) = event else { return nil }
        return switch (key.code, key.modifiers) {
        case (.character(let character), []): character
        case (.character("j"), .control), (.enter, []): "\n"
        case (.tab, []): "\t"
        default: nil
        }
    }
}
