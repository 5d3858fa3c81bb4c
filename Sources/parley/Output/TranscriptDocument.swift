import ChatUI
import RichText
import SessionCore

/// A task as a document: what `parley export` prints and what the interface writes into a file.
enum TranscriptDocument: String, CaseIterable {
    case markdown = "md"
    case json
    case html

    /// The endings of files, for people: `.md, .json or .html`.
    static let endings = ".md, .json or .html"

    /// The form that the ending of a file's name says; nil for others.
    init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "md", "markdown": self = .markdown
        case "json": self = .json
        case "html", "htm": self = .html
        default: return nil
        }
    }

    /// - Parameter languages: those in which code is coloured where the form has colours.
    func text(of transcript: Transcript, languages: @autoclosure () -> LanguageCatalog) throws -> String {
        switch self {
        case .json: try JSONOutput.text(TranscriptReport(transcript))
        case .markdown: Self.markdown(transcript)
        case .html: HTMLTranscript(transcript: transcript, languages: languages()).html
        }
    }

    /// Messages stand as they were written; what has become of each is a quotation below it.
    private static func markdown(_ transcript: Transcript) -> String {
        let task = transcript.task
        var lines = [
            "# " + SafeText.cell(task.title) + "\n",
            "- task: \(task.id.rawValue)\n- account: \(task.account)\n- agent: \(SafeText.cell(task.agent.name))",
        ]
        for message in transcript.messages {
            let who = SafeText.cell(transcript.author(of: message))
            let state = message.state == .complete ? "" : ", \(message.state.rawValue)"
            lines.append("\n## \(who), \(JSONOutput.time(message.at))\(state)\n")
            let text = message.markdownWithExtras
            // What follows is not a part of code that broke off.
            let whole = text + (TextPages.unclosedFence(of: text).map { "\n" + $0 } ?? "")
            if !whole.isEmpty { lines.append(whole) }
            let notes = transcript.notes(below: message).map { "> " + SafeText.cell($0).escapedAsMarkdown }
            if !notes.isEmpty { lines.append((whole.isEmpty ? "" : "\n") + notes.joined(separator: "  \n")) }
        }
        return lines.map { SafeText.lines($0) + "\n" }.joined()
    }
}

extension String {
    /// The text with a backslash before what Markdown would take for markup within a line.
    fileprivate var escapedAsMarkdown: String {
        reduce(into: "") { text, character in
            if "\\`*[]<>&~".contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
