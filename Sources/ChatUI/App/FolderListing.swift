/// What a folder holds, for the menu above the input.
public struct FolderListing: Hashable, Sendable {
    /// As it was typed, with the slash at its end; empty for the folder that the program was started in.
    public var folder: String
    /// The names in it, sorted; those of folders end with a slash.
    public var names: [String]

    public init(folder: String, names: [String]) {
        self.folder = folder
        self.names = names
    }

    /// The folder in a path that is being typed: up to its last slash.
    static func folder(of typed: String) -> String {
        typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    }

    /// What the path that is typed may become, folders first. Hidden files are offered once a dot is typed.
    func entries(for typed: String) -> [CompletionMenu.Entry] {
        let name = String(typed.dropFirst(folder.count))
        let found = names.filter { name.hasPrefix(".") || !$0.hasPrefix(".") }.map { found in
            CompletionMenu.Entry(text: folder + found, label: found, detail: "")
        }.matching(name)
        return found.filter { $0.text.hasSuffix("/") } + found.filter { !$0.text.hasSuffix("/") }
    }
}

/// The folder whose files the menu offers, as far as it is known.
struct OfferedFiles: Sendable {
    /// The folder that was listed last.
    var known: FolderListing?
    /// The folder that the menu is about; nil while it is not about files.
    private var wanted: String?

    /// - Returns: the folder to list, asked for once each time that the person comes to it.
    mutating func want(_ folder: String?) -> String? {
        guard folder != wanted else { return nil }
        wanted = folder
        known = nil
        return folder
    }
}

/// The answer to a request for files of the person.
public enum FilesAnswer: Sendable {
    case listing(FolderListing)
    /// The text of a file.
    case text(String)
    /// A file to be attached, by the path that was given and its name.
    case attachment(String, path: String, name: String)
    /// A file was written, by the name that it was given.
    case written(String)
    /// A message for the person.
    case failed(String)
}
