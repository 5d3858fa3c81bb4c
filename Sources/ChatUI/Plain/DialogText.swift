import RichText
import SessionCore

/// A dialog in words: what is asked, what there is to choose from by number, and what an answer does.
struct DialogText {
    let dialog: Dialog
    /// The tasks, whose states are named where they are listed.
    let tasks: TaskList

    /// The most choices that are listed at once.
    static let most = 20

    /// What is asked, line by line.
    var text: String {
        switch dialog {
        case .picker(let picker): text(of: picker, after: picker.title)
        case .prompt(let prompt): prompt.title + Self.suggestion(prompt.editor.text)
        case .wizard(let wizard): text(of: wizard)
        }
    }

    /// What stands before the answer.
    var prompt: String {
        switch dialog {
        case .picker(let picker): picker.isSearch && picker.shown.isEmpty ? "Search: " : "Choice: "
        case .wizard(let wizard): if case .choices = wizard.content { "Choice: " } else { "Answer: " }
        case .prompt: "Answer: "
        }
    }

    /// Whether the answer is not to be seen.
    var asksForSecret: Bool {
        guard case .wizard(let wizard) = dialog, case .line(_, isSecret: true) = wizard.content else {
            return false
        }
        return true
    }

    /// The index of the choice with a number, among those that a picker shows.
    static func index(of number: Int, in picker: Picker) -> Int? {
        let choices = picker.shown.indices.filter { !picker.shown[$0].isHeading }
        return choices.indices.contains(number - 1) ? choices[number - 1] : nil
    }

    private static func suggestion(_ text: String) -> String {
        text.isEmpty ? "" : "\nAn empty line takes “\(SafeText.cell(text))”. Ctrl-C cancels."
    }

    private func text(of picker: Picker, after title: String, cancels: Bool = true) -> String {
        var lines = [title]
        if !picker.query.isEmpty { lines[0] += ": “\(SafeText.cell(picker.query.text))”" }
        var number = 0
        for item in picker.shown {
            guard !item.isHeading else {
                lines.append(SafeText.cell(item.label))
                continue
            }
            number += 1
            guard number <= Self.most else { continue }
            let details = [state(of: item), SafeText.cell(item.detail).replacing("  ", with: ", ")]
            let detail = details.filter { !$0.isEmpty }.map { ", " + $0 }.joined()
            lines.append("\(number). \(SafeText.cell(item.label.trimmingSpaces))\(detail)")
        }
        guard number > 0 else { return (lines + [picker.emptyText]).joined(separator: "\n") }
        if number > Self.most { lines.append("and \(number - Self.most) more") }
        let find = picker.isSearch ? "other words to search for" : "letters of one"
        lines.append(
            "Write a number, or \(find)." + (cancels ? " An empty line cancels." : " Ctrl-C goes back."))
        return lines.joined(separator: "\n")
    }

    /// What a task that can be chosen wants, or is at.
    private func state(of item: Picker.Item) -> String {
        guard case .task(let id) = item.choice, let task = tasks[id] else { return "" }
        let state =
            switch task.state {
            case .running: "running"
            case .waiting: "waits for your answer"
            case .failed: "failed"
            case .unconfirmed: "not confirmed"
            case .idle, .stopped: ""
            }
        let unread = task.unread > 0 && id != tasks.focused ? "\(task.unread) unread" : ""
        let shown = id == tasks.focused ? "shown" : ""
        let draft = task.draft.text.isEmpty ? "" : "draft"
        return [shown, state, unread, draft].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private func text(of wizard: AccountWizard) -> String {
        let diagnostics = wizard.step == .review ? wizard.diagnostics ?? [] : []
        var lines = ["Add an account: \(wizard.step.title)", wizard.question]
        lines += diagnostics.map { diagnostic in
            switch diagnostic.verdict {
            case .fine: "Fine: " + diagnostic.text
            case .wrong: "Wrong: " + diagnostic.text
            case .unknown: "Not known: " + diagnostic.text
            }
        }
        lines += [wizard.fault ?? wizard.waiting].filter { !$0.isEmpty }
        switch wizard.content {
        case .choices(let picker): lines.append(text(of: picker, after: "", cancels: false).trimmingSpaces)
        case .line(let editor, let isSecret):
            let known =
                editor.text.isEmpty ? "" : isSecret ? "what was pasted" : "“\(SafeText.cell(editor.text))”"
            lines.append(
                known.isEmpty ? "Ctrl-C goes back." : "An empty line takes \(known). Ctrl-C goes back.")
        }
        return lines.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
