import OrderedCollections
import RichText
import Settings

/// Matches key sequences, key by key.
///
/// No bound sequence is the beginning of another, so a sequence is complete as soon as it is bound, without a timeout.
struct KeySequenceMatcher<Value: Sendable>: Sendable {
    enum Outcome {
        case bound(Value)
        /// The keys so far begin a longer sequence.
        case pending
        /// The keys are bound to nothing: characters among them can be typed. Empty where Esc cancelled the sequence.
        case unbound([Key])
    }

    /// A binding that cannot be reached.
    enum Conflict: Hashable, Sendable {
        /// One sequence is the beginning of the other; the one bound later was kept.
        case overlap(dropped: KeySequence, kept: KeySequence)
        /// Esc would cancel the sequence before it is complete.
        case escape(dropped: KeySequence)
    }

    /// The bindings that could not be made, in their order.
    private(set) var conflicts: [Conflict] = []
    /// The keys of an incomplete sequence.
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

    /// What completes the incomplete sequence: the keys to come with what they are bound to, in the order of the bindings.
    var continuations: [(keys: KeySequence, value: Value)] {
        guard !pending.isEmpty else { return [] }
        return bound.filter { $0.key.count > pending.count && $0.key.starts(with: pending) }
            .map { (KeySequence(Array($0.key.dropFirst(pending.count))), $0.value) }
    }

    /// All sequences with what they are bound to, in the order of the bindings.
    var all: [(KeySequence, Value)] { bound.map { (KeySequence($0.key), $0.value) } }

    /// What a sequence is bound to.
    func value(of sequence: KeySequence) -> Value? { bound[sequence.keys] }

    /// Drops an incomplete sequence.
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
