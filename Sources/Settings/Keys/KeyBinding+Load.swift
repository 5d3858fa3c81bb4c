import RichText

extension KeyBinding {
    /// Reads `keys.toml`, in the order of the file. What cannot be used is left out and reported as a ``Problem``. Whether an action
    /// exists is checked by the keymap.
    public static func load(from folders: Folders) -> ([KeyBinding], [Problem]) {
        var file = SettingsFile(path: folders.keysFile, name: folders.display(folders.keysFile))
        let bindings = load(from: &file)
        return (bindings, file.problems)
    }

    static func load(from file: inout SettingsFile) -> [KeyBinding] {
        file.checkKeys(below: [], known: ["keys"])
        guard file.hasTable(at: ["keys"], example: "[keys]") else { return [] }
        var bindings: [KeyBinding] = []
        for keys in file.keys(below: ["keys"]) {
            let path = ["keys", keys]
            guard let action = file.string(at: path, example: #""ctrl-n" = "next-task""#) else { continue }
            guard let sequence = sequence(keys, at: path, in: &file) else { continue }
            let line = file.outline.line(of: path) ?? 1
            if let earlier = bindings.first(where: { $0.sequence == sequence }) {
                file.report(
                    "\(SettingsFile.quoted(keys)) is bound twice.", at: path,
                    advice: "Line \(earlier.line) counts.")
                continue
            }
            bindings.append(
                KeyBinding(sequence: sequence, action: action == "none" ? nil : action, line: line))
        }
        return bindings
    }

    private static func sequence(
        _ keys: String, at path: SettingsFile.Path, in file: inout SettingsFile
    ) -> KeySequence? {
        if let sequence = KeySequence(text: keys) { return sequence }
        let wrong = keys.split(separator: " ").first { Key(text: String($0)) == nil }.map(String.init) ?? keys
        file.report(
            "There is no key \(SettingsFile.quoted(wrong)).", at: path,
            advice: #"Write it as in "ctrl-n", "alt-enter", "f5", "shift-up" or "ctrl-x ctrl-e"."#)
        return nil
    }
}
