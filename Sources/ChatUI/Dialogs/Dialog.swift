import SessionCore

/// A dialog over the panes, which takes the keys.
enum Dialog: Sendable {
    case picker(Picker)
    case prompt(Prompt)
    case wizard(AccountWizard)
}

/// A line to fill in.
struct Prompt: Sendable {
    enum Purpose: Hashable, Sendable {
        case rename(ChatTask.ID)
        /// The name of a file for a text, or for a task.
        case save(String)
        case export(ChatTask.ID)
        /// A blank of a template, which may stay empty.
        case blank
    }

    var title: String
    var purpose: Purpose
    var editor: LineEditor

    init(title: String, purpose: Purpose, text: String) {
        self.title = title
        self.purpose = purpose
        editor = LineEditor(text)
    }

    func accept() -> Picker.Choice? {
        let text = editor.text.trimmingSpaces
        guard !text.isEmpty || purpose == .blank else { return nil }
        switch purpose {
        case .rename(let task): return .title(task, text)
        case .save(let content): return .saveText(content, path: text)
        case .export(let task): return .exportTask(task, path: text)
        case .blank: return .blank(text)
        }
    }
}

extension String {
    var trimmingSpaces: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
