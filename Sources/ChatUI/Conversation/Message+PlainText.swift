import RichText
import SessionCore

extension Message {
    /// The text to be copied, quoted and printed: of what a program printed for a terminal, what that would show.
    public var plainText: String { format == .terminal ? OutputLayout.plain(text) : text }
}

extension OutputLayout.Form {
    /// Nil for Markdown.
    public init?(_ format: Message.Format) {
        switch format {
        case .markdown: return nil
        case .text: self = .text
        case .terminal: self = .terminal
        }
    }
}
