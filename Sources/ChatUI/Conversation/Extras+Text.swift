import RichText
import SessionCore

extension Message {
    /// The text between what the agent did before and what it proposes after.
    public var textWithExtras: String { with(plainText) }

    /// The same as Markdown: what is not written in it is a block of code.
    public var markdownWithExtras: String {
        guard format != .markdown, !text.isEmpty else { return textWithExtras }
        let longest = plainText.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return with("\(fence)text\n\(plainText)\n\(fence)")
    }

    private func with(_ text: String) -> String {
        [extras.stepList, text, extras.offerList].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}

/// What comes with a message besides its text, as Markdown lists, which read well as plain text too.
extension Extras {
    /// What the agent did before it answered, with what went in and came out; empty without steps.
    public var stepList: String {
        steps.map { step in
            let notes = [step.kind.rawValue] + (step.state == .completed ? [] : [step.state.rawValue])
            // Far enough in for a block of code within a list.
            let detail = step.detail.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                .map { $0.isEmpty ? "" : "      " + $0 }
            let title = "- \(SafeText.cell(step.title)) (\(notes.joined(separator: ", ")))"
            return step.detail.isEmpty ? title : ([title, ""] + detail).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    /// What the agent shows and proposes; empty without cards and suggestions.
    public var offerList: String {
        let cards = cards.map { card in
            ([(card.isRecommended ? "- ★ " : "- ") + SafeText.cell(card.title)]
                + card.properties.map { "  - \(SafeText.cell($0.title)): \(SafeText.cell($0.value))" })
                .joined(separator: "\n")
        }
        let proposed = suggestions.map { "- → " + SafeText.cell($0) }
        return (cards + proposed).joined(separator: "\n")
    }
}
