import RichText
import Settings

extension Keymap {
    /// A default that a line of `keys.toml` takes away.
    public struct Replacement: Hashable, Sendable {
        public var binding: KeyBinding
        /// The keys of the default; others than those of the binding where one begins with the other.
        public var keys: KeySequence
        public var action: Action
        public var contexts: Set<Action.Context>
    }

    /// What keys do in one place.
    public enum Meaning: Hashable, Sendable {
        case action(Action)
        /// They begin these longer sequences.
        case beginning([KeySequence])
        case nothing
    }

    /// What keys do in a place, pressed one after the other.
    public func meaning(of keys: KeySequence, in context: Action.Context) -> Meaning {
        var keymap = self
        keymap.reset()
        for key in keys.keys.dropLast() {
            guard keymap.press(key, in: context) == .pending else { return .nothing }
        }
        guard let last = keys.keys.last else { return .nothing }
        switch keymap.press(last, in: context) {
        case .bound(let action): return .action(action)
        case .unbound: return .nothing
        case .pending:
            let following = keymap.pending(in: context)?.continuations ?? []
            return .beginning(following.map { KeySequence(keys.keys + $0.0.keys) })
        }
    }

    /// The keys that the action has left where a binding takes one away.
    public func keysLeft(by replacement: Replacement) -> [KeySequence] {
        keys(of: replacement.action).filter {
            !contexts(of: $0, for: replacement.action).isDisjoint(with: replacement.contexts)
        }
    }

    /// The default that a binding of these keys takes away, wherever that is.
    public func replacements(by keys: KeySequence) -> [Replacement] {
        replacements.filter { $0.binding.sequence == keys }
    }
}

extension Keymap.Replacement {
    /// What the binding takes away: “transpose-characters while you write, which has no other key there”.
    public func description(in keymap: Keymap) -> String {
        let places = Action.Context.allCases.filter(contexts.contains)
        // A default of every pane is not said of each.
        let isEverywhere = contexts.isSuperset(of: [.input, .list, .conversation])
        let place = isEverywhere ? "" : places.map(\.place).joined(separator: " and ")
        let other = keys == binding.sequence ? "" : " (\"\(keys)\")"
        return action.name + other + (place.isEmpty ? "" : " " + place)
            + (keymap.keysLeft(by: self).isEmpty ? ", which has no other key there" : "")
    }
}
