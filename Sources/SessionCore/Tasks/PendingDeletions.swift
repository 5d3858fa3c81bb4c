import Foundation

/// Deletes for good what was deleted and not taken back in time, and asks services for what they could not be asked for before. What is
/// pending is in the store: it outlasts a quit, and is carried out by the next program that knows the account.
final class PendingDeletions {
    /// How long the person can take a deletion back.
    static let undoTime: Duration = .seconds(600)
    /// What was deleted up to then cannot be taken back any more.
    static func end(at now: Date) -> Date { now.addingTimeInterval(-(undoTime / .seconds(1))) }

    private static let pauseAfterFailure: Duration = .seconds(10)

    private let context: SessionContext
    private let tasks: TaskEditor
    /// When the next deletion is due.
    private(set) var nextWake: Duration?

    init(_ context: SessionContext, tasks: TaskEditor) {
        self.context = context
        self.tasks = tasks
    }

    /// Asks services to delete what they could not be asked for, and carries out what is due.
    func start() async {
        guard !context.accounts.isEmpty else { return }
        await context.attempt {
            for conversation in try await context.store.owedDeletions() { tasks.mirrorDeletion(conversation) }
        }
        await look()
        await carryOutDue()
    }

    /// Looks for the next deletion that will be due.
    func look() async {
        guard !context.accounts.isEmpty, !context.isClosing else { return }
        nextWake = context.uptime + Self.pauseAfterFailure
        await context.attempt {
            nextWake = try await context.store.firstDeletion().map { first in
                let left = first.addingTimeInterval(Self.undoTime / .seconds(1)).timeIntervalSince(
                    context.now)
                return context.uptime + .seconds(max(0, left))
            }
        }
    }

    /// Carries out what is due.
    func carryOutDue() async {
        guard let due = nextWake, due <= context.uptime else { return }
        let isDone = await context.attempt {
            for task in try await context.store.deleted(before: Self.end(at: context.now)) {
                try await tasks.delete(task)
            }
        }
        if isDone { await look() } else { nextWake = context.uptime + Self.pauseAfterFailure }
    }
}
