import OrderedCollections
import RichText
import Settings

/// Which key means which action in which context: the defaults of ``Action``, changed by `keys.toml`.
public struct Keymap: Sendable {
    private typealias Bindings = [(sequence: KeySequence, action: Action?)]

    private var matchers: [Action.Context: KeySequenceMatcher<Action>] = [:]
    /// The keys of each action with the contexts they work in, in the order of the defaults, then of the file: hints show the
    /// first.
    private var places: [Action: OrderedDictionary<KeySequence, Set<Action.Context>>] = [:]
    /// The defaults that the bindings of the file take away, in the order of the file.
    public private(set) var replacements: [Replacement] = []
    /// Whether keys are named where nobody asked for them.
    var showsHints = true
    /// Whether hints name slash commands, for an interface without keys.
    private var namesCommands = false

    /// - Parameter file: the path of `keys.toml` as the problems show it.
    public static func make(bindings: [KeyBinding] = [], file: String = "keys.toml") -> (Keymap, [Problem]) {
        var keymap = Keymap()
        let known = bindings.filter { $0.action.map { Action(name: $0) != nil } ?? true }
        var problems = bindings.compactMap { unknown($0, file: file) }
        for context in Action.Context.allCases where context != .everywhere {
            let own = known.compactMap { binding in inContext(context, binding) }
            let matcher = KeySequenceMatcher((defaults(context) + own).map { ($0.sequence, $0.action) })
            keymap.matchers[context] = matcher
            keymap.note(defaults(context) + own, in: context)
            keymap.noteReplacements(defaults(context), by: own, among: known, matcher, in: context)
            for problem in matcher.conflicts.compactMap({ conflict($0, among: known, file: file) })
            where !problems.contains(problem) {
                problems.append(problem)
            }
        }
        return (keymap, problems)
    }

    /// The default bindings of a context: first those of everywhere, so that its own win.
    private static func defaults(_ context: Action.Context) -> Bindings {
        func bound(in place: Action.Context) -> Bindings {
            Action.entries.flatMap { entry in
                entry.keys.filter { $0.context == place }.compactMap { key in
                    KeySequence(text: key.text).map { ($0, entry.action) }
                }
            }
        }
        guard context == .dialog else { return bound(in: .everywhere) + bound(in: context) }
        let base = bound(in: .everywhere) + bound(in: .input)
        return base.filter { $0.action.map(worksInDialogs) ?? false } + bound(in: .dialog)
    }

    /// In a dialog keys edit its line; otherwise only actions on the whole program work there.
    private static func worksInDialogs(_ action: Action) -> Bool {
        switch action {
        case .edit(let edit): ![.newline, .rowUp, .rowDown].contains(edit)
        case .redraw, .suspend, .quit: true
        default: false
        }
    }

    /// No keys: hints name the command of an action.
    static var commands: Keymap {
        var keymap = Keymap()
        keymap.namesCommands = true
        return keymap
    }

    private static func inContext(
        _ context: Action.Context, _ binding: KeyBinding
    ) -> (sequence: KeySequence, action: Action?)? {
        guard let name = binding.action else { return (binding.sequence, nil) }
        guard let action = Action(name: name), let home = action.entry?.context else { return nil }
        let applies =
            context == .dialog
            ? home == .dialog || worksInDialogs(action) : home == .everywhere || home == context
        return applies ? (binding.sequence, action) : nil
    }

    private static func unknown(_ binding: KeyBinding, file: String) -> Problem? {
        guard let name = binding.action, Action(name: name) == nil else { return nil }
        let names = Action.entries.map(\.name)
        let near =
            NearestName(known: names).to(name) ?? FuzzyMatcher.rank(name, names).first.map { names[$0.index] }
        return Problem(
            file: file, line: binding.line, message: "There is no action \"\(name)\".",
            advice: near.map { "Did you mean \"\($0)\"?" }
                ?? "`parley keys` lists the actions.")
    }

    private static func conflict(
        _ conflict: KeySequenceMatcher<Action>.Conflict, among bindings: [KeyBinding], file: String
    ) -> Problem? {
        switch conflict {
        case .overlap(let dropped, let kept):
            guard let binding = bindings.last(where: { $0.sequence == dropped }) else { return nil }
            return Problem(
                file: file, line: binding.line,
                message:
                    "\"\(dropped)\" and \"\(kept)\" cannot both be bound: one is the beginning of the other.",
                advice: "Choose other keys for one of them.")
        case .escape(let dropped):
            guard let binding = bindings.last(where: { $0.sequence == dropped }) else { return nil }
            return Problem(
                file: file, line: binding.line,
                message: "\"\(dropped)\" cannot be bound: Esc cancels a sequence.",
                advice: "Choose keys without Esc.")
        }
    }

    private mutating func note(_ bindings: Bindings, in context: Action.Context) {
        var effective: [KeySequence: Action] = [:]
        for binding in bindings { effective[binding.sequence] = binding.action }
        for (sequence, action) in bindings {
            guard let action, effective[sequence] == action else { continue }
            places[action, default: [:]][sequence, default: []].insert(context)
        }
    }

    /// - Parameters:
    ///   - defaults: those of a context.
    ///   - own: the bindings of the file that apply in it.
    ///   - bindings: all of the file.
    ///   - matcher: the one of the context.
    private mutating func noteReplacements(
        _ defaults: Bindings, by own: Bindings, among bindings: [KeyBinding],
        _ matcher: KeySequenceMatcher<Action>, in context: Action.Context
    ) {
        let standard = KeySequenceMatcher(defaults.map { ($0.sequence, $0.action) })
        for (sequence, action) in standard.all where matcher.value(of: sequence) != action {
            let cause = own.last { other in
                other.sequence.keys.starts(with: sequence.keys)
                    || sequence.keys.starts(with: other.sequence.keys)
            }
            guard let binding = bindings.last(where: { $0.sequence == cause?.sequence }) else { continue }
            let known = replacements.firstIndex {
                $0.binding == binding && $0.keys == sequence && $0.action == action
            }
            if let known {
                replacements[known].contexts.insert(context)
            } else {
                replacements.append(
                    Replacement(binding: binding, keys: sequence, action: action, contexts: [context]))
            }
        }
        replacements.sort { $0.binding.line < $1.binding.line }
    }

    /// Drops incomplete sequences.
    mutating func reset() { for context in matchers.keys { matchers[context]?.reset() } }

    /// The meaning of a key. The keys of an incomplete sequence are kept.
    mutating func press(_ key: Key, in context: Action.Context) -> KeySequenceMatcher<Action>.Outcome {
        for other in matchers.keys where other != context { matchers[other]?.reset() }
        return matchers[context]?.press(key) ?? .unbound([key])
    }

    /// The keys pressed of an incomplete sequence, and what completes it; nil while there is none.
    func pending(in context: Action.Context) -> (keys: KeySequence, continuations: [(KeySequence, Action)])? {
        guard let matcher = matchers[context], !matcher.pending.isEmpty else { return nil }
        return (KeySequence(matcher.pending), matcher.continuations.map { ($0.keys, $0.value) })
    }

    /// The keys of an action, as the help shows them.
    public func keys(of action: Action) -> [KeySequence] { places[action].map { Array($0.keys) } ?? [] }

    /// The contexts in which a key of an action works.
    func contexts(of keys: KeySequence, for action: Action) -> Set<Action.Context> {
        places[action]?[keys] ?? []
    }

    /// The key of an action as hints show it; nil when it has none.
    func hint(_ action: Action) -> String? { showsHints ? label(of: action) : nil }

    /// The first keys of an action, or its command, to say when they were asked for.
    func label(of action: Action) -> String? {
        guard namesCommands else { return keys(of: action).first?.label }
        return SlashCommand.all.contains { $0.name == action.name } ? "/" + action.name : nil
    }

    /// The key of an action as hints show it while a pane has the keys: the pane's own first.
    func hint(_ action: Action, in context: Action.Context) -> String? {
        guard showsHints else { return nil }
        let here = places[action, default: [:]].elements.filter { $0.value.contains(context) }
        return (here.first(where: { $0.value == [context] }) ?? here.first)?.key.label
    }
}
