import OrderedCollections
import RichText
import Settings

/// Finds out, key by key, what a sequence of keys is bound to.
///
/// No bound sequence is ever the beginning of another, so a sequence is complete as soon as it is bound, and nothing waits
/// for a time to pass.
struct KeySequenceMatcher<Value: Sendable>: Sendable {
    enum Outcome {
        case bound(Value)
        /// The keys so far begin a longer sequence.
        case pending
        /// The keys are bound to nothing: they are given back, so that those that are characters can be typed. Empty where
        /// Esc cancelled the sequence.
        case unbound([Key])
    }

    /// A binding that cannot be reached.
    enum Conflict: Hashable, Sendable {
        /// One of the two sequences is the beginning of the other; the one bound later was kept.
        case overlap(dropped: KeySequence, kept: KeySequence)
        /// Esc would cancel the sequence before it is complete.
        case escape(dropped: KeySequence)
    }

    /// What could not be bound, in the order of the bindings.
    private(set) var conflicts: [Conflict] = []
    /// The keys pressed so far of a sequence that is not complete.
    private(set) var pending: [Key] = []
    private var bound: OrderedDictionary<[Key], Value> = [:]
    private var beginnings: Set<[Key]> = []

    /// - Parameter bindings: later ones win; nil unbinds the keys.
    init(_ bindings: some Sequence<(KeySequence, Value?)>) {
        for (sequence, value) in bindings { bind(sequence, to: value) }
        for keys in bound.keys {
            for length in 1..<keys.count { beginnings.insert(Array(keys.prefix(length))) }
        }
    }

    mutating func press(_ key: Key) -> Outcome {
        if !pending.isEmpty, key == Key(.escape) {
            pending = []
            return .unbound([])
        }
        let keys = pending + [key]
        if let value = bound[keys] {
            pending = []
            return .bound(value)
        }
        guard beginnings.contains(keys) else {
            pending = []
            return .unbound(keys)
        }
        pending = keys
        return .pending
    }

    /// Forgets the keys of a sequence that was begun.
    mutating func reset() { pending = [] }

    private mutating func bind(_ sequence: KeySequence, to value: Value?) {
        let keys = sequence.keys
        guard let value, !keys.isEmpty else {
            bound[keys] = nil
            return
        }
        guard !keys.dropFirst().contains(Key(.escape)) else {
            conflicts.append(.escape(dropped: sequence))
            return
        }
        for other in bound.keys where other != keys && (other.starts(with: keys) || keys.starts(with: other))
        {
            conflicts.append(.overlap(dropped: KeySequence(other), kept: sequence))
            bound[other] = nil
        }
        bound[keys] = value
    }
}

extension KeySequenceMatcher.Outcome: Equatable where Value: Equatable {}
extension KeySequenceMatcher.Outcome: Sendable {}
