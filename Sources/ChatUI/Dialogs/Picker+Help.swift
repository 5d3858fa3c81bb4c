import RichText
import Settings

/// The help: every action in its group, with its keys and where they work.
extension Picker {
    static func help(_ keymap: Keymap) -> Picker {
        let items = Action.Group.allCases.flatMap { group in
            [Item.heading(group.rawValue)]
                + Action.entries.filter { $0.group == group && !$0.action.isOneOfManyTasks }.map {
                    item($0, keymap)
                }
        }
        return Picker(
            title: "Help: type to find an action, Enter runs what is selected", items: items,
            opensUnselected: true)
    }

    private static func item(_ entry: Action.Entry, _ keymap: Keymap) -> Item {
        let action = entry.action
        var keys = keys(of: action, keymap)
        if action == .task(1), let last = keymap.hint(.task(9)) { keys += " … \(last)" }
        let summary = action == .task(1) ? "Go to one of the first nine tasks of the list" : entry.summary
        let label = keymap.keys(of: action).map(\.label).joined(separator: " ")
        return Item(
            choice: action.needsItsKey ? .key(action) : .action(action), label: summary, detail: keys,
            shortDetail: keymap.keys(of: action).first?.label ?? "", key: "\(summary) \(entry.name) \(label)",
            synonyms: action.synonyms)
    }

    /// The first key that works in every pane, and the first of each pane that has one of its own: `Alt-N  n (list)`.
    private static func keys(of action: Action, _ keymap: Keymap) -> String {
        var seen: Set<String> = []
        return keymap.keys(of: action).compactMap { keys in
            let place = place(of: keymap.contexts(of: keys, for: action), group: action.entry?.group)
            // Two keys that work everywhere, one of each pane.
            guard seen.insert(place).inserted || (place.isEmpty && seen.insert("second").inserted) else {
                return nil
            }
            return keys.label + (place.isEmpty ? "" : " (\(place))")
        }.prefix(2).joined(separator: "  ")
    }

    /// Where a key works, unless that is everywhere or what its group says.
    private static func place(of contexts: Set<Action.Context>, group: Action.Group?) -> String {
        let panes = contexts.subtracting([.dialog])
        // A pane may use one of the keys of every pane for itself.
        let isGeneral = panes.contains(.input) && panes.count > 1
        guard group != .editing, group != .dialogs, !isGeneral else { return "" }
        return Action.Context.allCases.filter(panes.contains).map(\.rawValue).joined(separator: ", ")
    }
}

extension Action {
    /// Whether only its key makes sense, because it acts on what is being written or sends it: choosing it in the help says which
    /// key that is.
    fileprivate var needsItsKey: Bool {
        switch self {
        case .send, .sendInBackground, .retry, .regenerate, .editMessage, .complete, .cancel, .interrupt,
            .edit:
            true
        default: entry?.group == .dialogs
        }
    }

    /// Whether the help describes it together with others.
    fileprivate var isOneOfManyTasks: Bool { if case .task(let number) = self { number > 1 } else { false } }
}

extension String {
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
