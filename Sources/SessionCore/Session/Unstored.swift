import Foundation
import Storage
import Timing

/// What is shown, but could not be stored yet. It is stored as soon as that is possible.
public struct UnstoredWork: Hashable, Sendable {
    /// Why it could not be stored, in a few words.
    public var reason: String
    /// The turns that something has happened to, as they will be stored: most of them are over.
    public var turns: [Turn]

    public init(reason: String, turns: [Turn] = []) {
        self.reason = reason
        self.turns = turns
    }
}

/// What could not be written, in the order in which it is to be written, and when that is tried again. It holds no timer.
struct Unstored {
    private(set) var problem: StoreError?
    var turns = UnstoredTurns()
    private(set) var inputs: [ManagerInput] = []
    /// When it is tried again; nil if there is nothing, or while it is being tried.
    private(set) var wake: Duration?
    private var attempts = 0

    var isEmpty: Bool { turns.isEmpty && inputs.isEmpty }
    /// Whether something of it is nowhere else: what was said, or what the person has done.
    var isLosing: Bool { !turns.isEmpty || inputs.contains(where: \.isNowhereElse) }

    var work: UnstoredWork? {
        guard let problem, !isEmpty else { return nil }
        return UnstoredWork(reason: problem.reason, turns: turns.advanced)
    }

    /// Keeps an input to route it again. The newest of some kinds replaces the one before.
    mutating func keep(_ input: ManagerInput) {
        if let replaced = input.replacementKey { inputs.removeAll { $0.replacementKey == replaced } }
        inputs.append(input)
    }

    /// A write has failed.
    mutating func failed(_ error: StoreError, at now: Duration, random: Double) {
        problem = error
        guard wake == nil else { return }
        wake = now + Backoff.storing.delay(after: attempts, random: random)
        attempts += 1
    }

    /// Begins to try again.
    mutating func begin() { wake = nil }

    /// The inputs to route again, which are not kept any more.
    mutating func takeInputs() -> [ManagerInput] {
        defer { inputs = [] }
        return inputs
    }

    /// Ends a try.
    mutating func end() {
        guard isEmpty else { return }
        (problem, wake, attempts) = (nil, nil, 0)
    }
}

extension StoreError {
    /// Whether the same write may go well later, with nothing else changed here.
    var canPass: Bool {
        switch kind {
        case .full, .busy, .notWritable, .disk: true
        case .notADatabase, .newer, .damaged, .readOnly, .missing, .other: false
        }
    }

    /// Why nothing can be stored, for a line that is shown as long as that is so.
    fileprivate var reason: String {
        switch kind {
        case .full: "the disk is full"
        case .busy: "another program holds the store"
        case .notWritable, .readOnly: "the store cannot be written"
        case .disk: "the disk reports an error, or is full"
        case .damaged: "the store is damaged"
        case .notADatabase, .newer, .missing, .other: message
        }
    }
}

extension ManagerInput {
    fileprivate var isNowhereElse: Bool {
        switch self {
        case .intent(let intent):
            switch intent {
            case .send, .retry, .takeBack, .setDraft, .rename, .setPinned, .setArchived, .setDeleted,
                .delete:
                true
            default: false
            }
        case .forked, .opened: true
        default: false
        }
    }

    fileprivate enum ReplacementKey: Hashable {
        case draft(ChatTask.ID)
        case mark(ChatTask.ID)
        case departure(ChatTask.ID, isReleased: Bool, isFree: Bool)
        case sync
    }

    /// Inputs with the same key replace each other.
    fileprivate var replacementKey: ReplacementKey? {
        switch self {
        case .intent(.setDraft(let task, _)): .draft(task)
        case .intent(.markRead(let task, _)): .mark(task)
        case .intent(.sync): .sync
        case .depart(let task, let isReleased, let isFree):
            .departure(task, isReleased: isReleased, isFree: isFree)
        default: nil
        }
    }
}
