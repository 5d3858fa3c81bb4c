import RichText
import SessionCore

// What was said leaves Parley: into a file, or to the browser.
extension Model {
    /// Asks where the focused task goes.
    mutating func askForExport() -> [Effect] {
        guard let task = tasks.focusedTask, !conversation.isEmpty(task.id) else {
            return [.notice("There is nothing to export in this task yet.")]
        }
        dialogs.open(
            Prompt(
                title: "Export this task to (.md, .json or .html)", purpose: .export(task.id),
                text: FileName.suggestion(for: task.shownTitle, ending: "md")))
        return []
    }

    mutating func export(to path: String) -> [Effect] {
        tasks.focused.map { [.exportTask($0, path: path)] } ?? [.notice("There is no task.")]
    }

    /// Copies or saves the selected block of code; else offers what can be copied, saved or opened.
    mutating func takeOut(of task: ChatTask.ID, by action: Action) -> [Effect] {
        let code = action == .linkList ? nil : conversation.selectedCode(in: task)
        switch (action, code) {
        case (.copyMenu, let code?): return [.copy(code.text, name: "“\(code.text.firstLine)”")]
        case (.save, let code?): return askForName(of: code.text, suggested: FileName.suggestion(for: code))
        case (.copyMenu, nil):
            dialogs.open(.copying(from: conversation.nearbyLayouts(of: task), context.labels))
        case (.save, nil): dialogs.open(.saving(from: conversation.nearbyLayouts(of: task), context.labels))
        default: dialogs.open(.links(in: conversation.nearbyLayouts(of: task)))
        }
        return []
    }

    /// Asks for the name of a file.
    mutating func askForName(of text: String, suggested name: String) -> [Effect] {
        dialogs.open(Prompt(title: "Save to", purpose: .save(text), text: name))
        return []
    }

    /// Shows where a link leads before anything is opened.
    mutating func ask(about address: String) -> [Effect] {
        dialogs.open(.opening(LinkedPlace(address)))
        return []
    }
}

/// Names for files.
enum FileName {
    /// A name without what a shell or a file system minds.
    static func suggestion(for title: String, ending: String) -> String {
        let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }.prefix(6)
        let name = String(words.joined(separator: "-").prefix(48))
        return (name.isEmpty ? "conversation" : name) + "." + ending
    }

    static func suggestion(for code: CodeBlock) -> String {
        suggestion(for: code.text.firstLine, ending: ending(for: code.language))
    }

    /// The ending of a file with code in this language.
    private static func ending(for language: String?) -> String {
        switch language?.lowercased() {
        case nil, "", "text", "plain", "console", "output": "txt"
        case "swift", "c", "go", "java", "sql", "json", "yaml", "html", "xml", "css", "php", "lua", "diff",
            "toml", "nix",
            "sh":
            language?.lowercased() ?? "txt"
        case "bash", "shell", "zsh": "sh"
        case "python": "py"
        case "javascript", "js", "jsx": "js"
        case "typescript", "ts", "tsx": "ts"
        case "rust": "rs"
        case "ruby": "rb"
        case "kotlin": "kt"
        case "c++", "cpp": "cpp"
        case "c#", "csharp": "cs"
        case "markdown", "md": "md"
        default: "txt"
        }
    }
}
