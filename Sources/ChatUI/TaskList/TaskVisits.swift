import SessionCore

/// Where the person has been: the task that was shown before, and those from which they went to what wanted attention.
struct TaskVisits: Sendable {
    private static let limit = 50

    /// The tasks that were left, the last one at the end, each once.
    private var left: [ChatTask.ID] = []
    /// The tasks from which the person went on to what wanted attention, the last one at the end.
    private var trail: [ChatTask.ID] = []

    mutating func leave(_ task: ChatTask.ID) { Self.append(task, to: &left) }

    mutating func leaveForAttention(_ task: ChatTask.ID) { Self.append(task, to: &trail) }

    /// The task that was left last and can still be shown.
    func last(among tasks: [ChatTask.ID: ChatTask], except shown: ChatTask.ID?) -> ChatTask.ID? {
        left.last { $0 != shown && Self.isThere(tasks[$0]) }
    }

    /// Takes the last step of the trail back.
    mutating func backFromAttention(
        among tasks: [ChatTask.ID: ChatTask], except shown: ChatTask.ID?
    ) -> ChatTask.ID? {
        while let task = trail.popLast() {
            if task != shown, Self.isThere(tasks[task]) { return task }
        }
        return nil
    }

    private static func isThere(_ task: ChatTask?) -> Bool { task.map { $0.deletedAt == nil } ?? false }

    private static func append(_ task: ChatTask.ID, to list: inout [ChatTask.ID]) {
        list.removeAll { $0 == task }
        list.append(task)
        if list.count > limit { list.removeFirst() }
    }
}
