import RichText
import Settings

extension Action.Context {
    /// Where a key works, as it follows the key; empty for everywhere.
    public var place: String {
        switch self {
        case .everywhere: ""
        case .input: "while you write"
        case .list: "in the task list"
        case .conversation: "in the conversation"
        case .dialog: "in a dialog"
        }
    }
}

extension Action.Entry {
    /// The default keys in Markdown, with where they work: `` `Ctrl-X t`; `s` in the conversation ``.
    public var keysInWords: String {
        // What the group says already is not said of keys.
        let saysPlaces = group != .editing && group != .dialogs
        return Action.Context.allCases.compactMap { context in
            let labels = keys.filter { $0.context == context }.compactMap { key in
                KeySequence(text: key.text).map { code($0.label) }
            }
            let place = saysPlaces && !context.place.isEmpty ? " " + context.place : ""
            return labels.isEmpty ? nil : labels.joined(separator: ", ") + place
        }.joined(separator: "; ")
    }

    /// A key as code, a backtick too.
    private func code(_ key: String) -> String { key.contains("`") ? "`` \(key) ``" : "`\(key)`" }

    /// The row of the README's table.
    public var referenceRow: String {
        // A bar would end the cell.
        "| `\(name)` | \(keysInWords.replacing("|", with: "\\|")) | \(summary) |"
    }
}
