import ChatUI
import RichText
import Settings

/// Says what keys do, and what a line of `keys.toml` has to do with it.
struct KeyExplanation {
    let keymap: Keymap
    let bindings: [KeyBinding]
    /// The path of `keys.toml` as the person would write it.
    let file: String

    private static let contexts = Action.Context.allCases.filter { $0 != .everywhere }

    /// What the file takes away, in its order.
    var notes: [String] {
        bindings.filter { $0.action != nil }.flatMap { binding in
            keymap.replacements(by: binding.sequence).map { replacement in
                "\(file):\(binding.line): \"\(binding.sequence)\" takes away \(replacement.description(in: keymap))."
            }
        }
    }

    /// What keys do, place by place, under their name.
    func lines(on keys: KeySequence) -> [String] {
        var lines = ["\(keys)"]
        for (contexts, meaning) in meanings(of: keys) {
            let place = place(contexts)
            lines.append("  " + (place.isEmpty ? "" : place + ": ") + description(meaning))
        }
        if lines.count == 1 { lines.append("  bound to nothing" + (types(keys) ? "; it is typed" : "")) }
        if let binding = bindings.first(where: { $0.sequence == keys }) {
            lines.append(
                "  set by \(file):\(binding.line)" + (binding.action == nil ? ", to do nothing" : ""))
        }
        for replacement in keymap.replacements(by: keys) {
            lines.append("  takes away \(replacement.description(in: keymap))")
        }
        return lines
    }

    /// The places where keys do something, together where they do the same.
    private func meanings(of keys: KeySequence) -> [(contexts: [Action.Context], meaning: Keymap.Meaning)] {
        var found: [(contexts: [Action.Context], meaning: Keymap.Meaning)] = []
        for context in Self.contexts {
            let meaning = keymap.meaning(of: keys, in: context)
            guard meaning != .nothing else { continue }
            if let index = found.firstIndex(where: { Self.isSame($0.meaning, meaning) }) {
                found[index].contexts.append(context)
            } else {
                found.append(([context], meaning))
            }
        }
        return found
    }

    /// Beginnings of more or fewer sequences are shown as one: those of the first place.
    private static func isSame(_ one: Keymap.Meaning, _ other: Keymap.Meaning) -> Bool {
        switch (one, other) {
        case (.beginning, .beginning): true
        default: one == other
        }
    }

    private func place(_ contexts: [Action.Context]) -> String {
        let panes: [Action.Context] = [.input, .list, .conversation]
        guard !contexts.elementsEqual(Self.contexts) else { return "" }
        guard !contexts.elementsEqual(panes) else { return "in every pane" }
        return contexts.map(\.place).joined(separator: ", ")
    }

    private func description(_ meaning: Keymap.Meaning) -> String {
        switch meaning {
        case .action(let action): "\(action.name): \(action.summary)"
        case .beginning(let sequences): "begins " + sequences.map(\.description).joined(separator: ", ")
        case .nothing: ""
        }
    }

    /// Whether a key that is bound to nothing types a character.
    private func types(_ keys: KeySequence) -> Bool { keys.keys.count == 1 && keys.keys[0].character != nil }

    /// Whether further keys may follow, in some place.
    func mayContinue(_ keys: KeySequence) -> Bool {
        meanings(of: keys).contains { if case .beginning = $0.meaning { true } else { false } }
    }

    // MARK: For programs

    /// What keys do, in `--json` output.
    struct Report: Encodable {
        struct Place: Encodable {
            var context: String
            /// nil where the keys begin longer ones.
            var action: String?
            var begins: [String]
        }

        struct Replacement: Encodable {
            var keys: String
            var action: String
            var contexts: [String]
            /// The keys that the action has left there.
            var left: [String]
        }

        var keys: String
        var places: [Place]
        /// The line of `keys.toml` that binds them, and to what; nil also for `"none"`.
        var line: Int?
        var bound: String?
        var takesAway: [Replacement]
    }

    func report(on keys: KeySequence) -> Report {
        let places = Self.contexts.compactMap { context -> Report.Place? in
            switch keymap.meaning(of: keys, in: context) {
            case .action(let action): .init(context: context.rawValue, action: action.name, begins: [])
            case .beginning(let longer):
                .init(context: context.rawValue, begins: longer.map(\.description))
            case .nothing: nil
            }
        }
        let replacements = keymap.replacements(by: keys).map { replacement in
            Report.Replacement(
                keys: "\(replacement.keys)", action: replacement.action.name,
                contexts: Action.Context.allCases.filter(replacement.contexts.contains).map(\.rawValue),
                left: keymap.keysLeft(by: replacement).map(\.description))
        }
        let binding = bindings.first { $0.sequence == keys }
        return Report(
            keys: "\(keys)", places: places, line: binding?.line, bound: binding?.action,
            takesAway: replacements)
    }
}
