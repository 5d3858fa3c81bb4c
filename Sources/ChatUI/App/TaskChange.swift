import Foundation
import SessionCore

/// What a person changes in a task at once and can take back.
enum TaskChange: Hashable, Sendable {
    case archived(Bool)
    case deleted(Bool)
    case pinned(Bool)
    case title(String, isProvisional: Bool = false)
    case mode(Turn.Mode)

    /// The change that takes this one back.
    func inverse(in task: ChatTask) -> TaskChange {
        switch self {
        case .archived: .archived(task.isArchived)
        case .deleted: .deleted(task.deletedAt != nil)
        case .pinned: .pinned(task.isPinned)
        case .title: .title(task.title, isProvisional: task.titleIsProvisional)
        case .mode: .mode(task.mode)
        }
    }

    func intent(for task: ChatTask.ID) -> Intent {
        switch self {
        case .archived(let isArchived): .setArchived(task, isArchived)
        case .deleted(let isDeleted): .setDeleted(task, isDeleted)
        case .pinned(let isPinned): .setPinned(task, isPinned)
        case .title(let title, let isProvisional): .rename(task, title: title, isProvisional: isProvisional)
        case .mode(let mode): .setMode(task, mode)
        }
    }

    func apply(to task: inout ChatTask, at now: Date) {
        switch self {
        case .archived(let isArchived): task.isArchived = isArchived
        case .deleted(let isDeleted): task.deletedAt = isDeleted ? now : nil
        case .pinned(let isPinned): task.isPinned = isPinned
        case .title(let title, let isProvisional):
            (task.title, task.titleIsProvisional) = (title, isProvisional)
        case .mode(let mode): task.mode = mode
        }
    }

    /// Whether the task goes to another list by it.
    var movesTask: Bool {
        switch self {
        case .archived, .deleted: true
        case .pinned, .title, .mode: false
        }
    }

    /// What has been done to a task, in one line.
    func description(of task: ChatTask) -> String {
        let title = "“\(task.shownTitle)”"
        return switch self {
        case .archived(true): "Archived \(title)."
        case .archived(false): "Unarchived \(title)."
        case .deleted(true): "Deleted \(title)."
        case .deleted(false): "Restored \(title)."
        case .pinned(true): "Pinned \(title)."
        case .pinned(false): "Unpinned \(title)."
        case .title(let new, _): "Renamed to “\(new.isEmpty ? title : new)”."
        case .mode(.background): "\(title) sends in the background."
        case .mode(.streamed): "\(title) streams its replies."
        }
    }
}

/// The changes that can be taken back, the last one at the end.
struct UndoHistory: Sendable {
    private static let limit = 100

    private var changes: [(task: ChatTask.ID, inverse: TaskChange)] = []

    mutating func add(_ inverse: TaskChange, to task: ChatTask.ID) {
        changes.append((task, inverse))
        if changes.count > Self.limit { changes.removeFirst() }
    }

    /// The last change that still makes a difference.
    mutating func takeLast(_ tasks: TaskList) -> (task: ChatTask, inverse: TaskChange)? {
        while let (id, inverse) = changes.popLast() {
            if let task = tasks[id], inverse.inverse(in: task) != inverse { return (task, inverse) }
        }
        return nil
    }
}
