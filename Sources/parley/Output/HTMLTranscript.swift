import ChatUI
import Foundation
import RichText
import SessionCore

/// A task as one HTML file that loads nothing and runs nothing: readable on any computer, in light and in dark.
struct HTMLTranscript {
    let transcript: Transcript
    /// The languages in which code is coloured.
    let languages: LanguageCatalog

    var html: String {
        let task = transcript.task
        let title = HTMLText.escaped(
            SafeText.cell(task.title.isEmpty ? "Conversation with \(task.agent.name)" : task.title))
        let about = [
            HTMLText.escaped(SafeText.cell(task.agent.name)), HTMLText.escaped(SafeText.cell(task.account)),
            Self.time(task.createdAt) + " – " + Self.time(task.updatedAt),
        ]
        let head = """
            <!DOCTYPE html>
            <html>
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta name="generator" content="Parley \(Version.text)">
            <title>\(title)</title>
            <style>
            \(HTMLStyle.sheet)</style>
            </head>
            <body>
            <main>
            <h1 class="\(StyleRole.heading.className)">\(title)</h1>
            <p class="\(StyleRole.muted.className)">\(about.joined(separator: " · "))</p>

            """
        return head + transcript.messages.map(article).joined() + "</main>\n</body>\n</html>\n"
    }

    private static func time(_ date: Date) -> String {
        "<time datetime=\"\(JSONOutput.time(date))\">\(LocalTime.text(date))</time>"
    }

    private func article(_ message: Message) -> String {
        let anchor = "m\(message.id)"
        let isUser = message.role == .user
        let role: StyleRole = isUser ? .messageUser : .messageAgent
        let state = message.state == .complete ? "" : " (\(message.state.rawValue))"
        var parts = [
            """
            <article id="\(anchor)">
            <h2 class="\(role.className)">\(HTMLText.escaped(SafeText.cell(transcript.author(of: message)))) \
            <small class="\(StyleRole.messageTime.className)">\(Self.time(message.at))\(state)</small></h2>
            """
        ]
        parts += message.extras.steps.map(Self.details)
        if !message.text.isEmpty {
            // What a person wrote is shown as it was written, as it is in the interface.
            parts.append(
                isUser || message.format != .markdown
                    ? "<p class=\"written\">\(HTMLText.escaped(message.plainText))</p>"
                    : HTMLMarkdown.html(of: message.text, anchors: anchor, languages: languages))
        }
        parts += message.extras.cards.map(Self.card)
        if !message.extras.suggestions.isEmpty {
            let items = message.extras.suggestions.map { "<li>\(HTMLText.escaped(SafeText.cell($0)))</li>" }
            parts.append("<ul class=\"suggestions\">\(items.joined())</ul>")
        }
        parts += transcript.notes(below: message).map {
            "<p class=\"\(StyleRole.messageNotice.className)\">\(HTMLText.escaped(SafeText.cell($0)))</p>"
        }
        return parts.joined(separator: "\n") + "\n</article>\n"
    }

    /// A step, folded.
    private static func details(_ step: Step) -> String {
        let notes = [step.kind.rawValue] + (step.state == .completed ? [] : [step.state.rawValue])
        let title = "\(HTMLText.escaped(SafeText.cell(step.title))) (\(notes.joined(separator: ", ")))"
        let role: StyleRole = step.state == .failed ? .error : .muted
        guard !step.detail.isEmpty else { return "<p class=\"step \(role.className)\">\(title)</p>" }
        return """
            <details><summary class="\(role.className)">\(title)</summary>
            <pre class="\(StyleRole.muted.className)">\(HTMLText.escaped(TerminalText.shown(step.detail)))</pre></details>
            """
    }

    private static func card(_ card: Card) -> String {
        let properties = card.properties.map {
            "<dt>\(HTMLText.escaped(SafeText.cell($0.title)))</dt><dd>\(HTMLText.escaped(SafeText.cell($0.value)))</dd>"
        }
        let list = properties.isEmpty ? "" : "\n<dl>\(properties.joined(separator: "\n"))</dl>"
        return """
            <section class="card"><h3>\(card.isRecommended ? "★ " : "")\(HTMLText.escaped(SafeText.cell(card.title)))</h3>\(list)</section>
            """
    }
}
