import SessionCore

/// What the text of the input can become while it is the start of a command: commands, then values of an argument. It is drawn above
/// the input; nothing is selected until the person moves through it.
struct CompletionMenu: Sendable {
    struct Entry: Sendable {
        /// The text of the input with it.
        var text: String
        var label: String
        var detail: String
        /// What Enter does with it; nil where more has to be typed.
        var request: SlashCommand.Request?
        /// What is typed is matched against this; against the label when nil.
        var key: String?
    }

    let entries: [Entry]
    /// The part of the input that an entry replaces; nil for all of it.
    private(set) var place: Range<Int>?
    /// The entries as a list to move through.
    private(set) var list: Picker

    /// - Returns: nil when there is nothing to offer, or nothing but what is typed already.
    init?(title: String, entries: [Entry], text: String) {
        guard !entries.isEmpty, entries.count > 1 || entries[0].text != text else { return nil }
        self.entries = entries
        list = Picker(
            title: title,
            items: entries.indices.map {
                Picker.Item(choice: .completion($0), label: entries[$0].label, detail: entries[$0].detail)
            }, opensUnselected: true)
    }

    var selected: Entry? {
        guard case .completion(let index)? = list.selected?.choice else { return nil }
        return entries[index]
    }

    mutating func move(_ change: (inout Picker) -> Void) { change(&list) }

    /// What Tab makes of the text: the selected entry, else as far as all entries that begin with the text agree, else the first.
    func completed(_ text: String) -> String {
        if let selected { return selected.text }
        let agreed = agreed(text)
        return agreed.count > text.count ? agreed : entries.first?.text ?? text
    }

    /// As far as all entries that begin with a text agree, where they are several.
    func agreed(_ text: String) -> String {
        let begun = entries.map(\.text).filter { $0.hasPrefix(text) }
        guard begun.count > 1 else { return text }
        return begun.dropFirst().reduce(begun[0]) { one, other in
            String(zip(one, other).prefix { $0 == $1 }.map(\.0))
        }
    }
}

extension CompletionMenu {
    /// The menu for a text; nil for none.
    /// - Parameter values: what an argument can be, given what is typed of it.
    init?(for text: String, values: (SlashCommand.Values, _ typed: String) -> [Entry]) {
        guard let (command, typed) = SlashCommand.argument(in: text, among: SlashCommand.all) else {
            self.init(for: text, among: SlashCommand.all)
            return
        }
        let values = values(command.values, typed)
        self.init(
            title: command.usage,
            entries: values.map { value in
                var value = value
                // A folder is gone into.
                if command.values == .files, !value.text.hasSuffix("/") {
                    value.request = SlashCommand.request(command.name, value.text)
                }
                value.text = "/\(command.name) \(value.text)"
                return value
            }, text: text)
    }

    /// The files that a name in the message may mean; nil for none.
    init?(_ named: NamedFile, in editor: LineEditor, _ files: [Entry]) {
        let entries = files.map { file in
            var entry = file
            entry.text = NamedFile.written(file.text)
            if !file.text.hasSuffix("/") { entry.request = .attachFile(path: file.text) }
            return entry
        }
        self.init(title: "Attach a file", entries: entries, text: "")
        place = named.place
    }
}

extension CompletionMenu {
    /// The commands that a text may be the start of.
    init?(for text: String, among commands: [SlashCommand]) {
        let candidates = SlashCommand.candidates(for: text, among: commands)
        self.init(title: "Commands", entries: candidates.map(Entry.init), text: text)
    }
}

extension CompletionMenu.Entry {
    fileprivate init(_ command: SlashCommand) {
        self.init(
            text: "/" + command.name + (command.argument == nil ? "" : " "), label: command.usage,
            detail: command.summary,
            request: command.argument == nil ? Action(name: command.name).map { .perform($0) } : nil)
    }
}

extension [CompletionMenu.Entry] {
    /// Those that what is typed may mean, the best first.
    func matching(_ typed: String) -> [CompletionMenu.Entry] {
        FuzzyMatcher.rank(typed, lazy.map { $0.key ?? $0.label }).map { self[$0.index] }
    }
}
