import Foundation

// What the person does to a task, each in one transaction.

extension StoreTransaction {
    func create(_ task: ChatTask) throws -> [SessionEvent] {
        var new = task
        new.serviceID = nil
        try db.insert(new, beginsHere: task.serviceID == nil)
        let events = try task.serviceID.map { try claim($0, for: task.id) } ?? []
        return try events + changed(task.id)
    }

    /// Gives a task the service's id of its conversation. A task that a listing has made of the same conversation becomes one with it.
    /// - Parameter isPending: whether the id was chosen here, and the service has yet to accept it.
    func claim(
        _ serviceID: String, for id: ChatTask.ID, isPending: Bool = false
    ) throws -> [SessionEvent] {
        let twin = try db.setServiceID(of: id, to: serviceID.storable, isPending: isPending)
        return twin.map { [.taskRemoved($0, successor: id)] } ?? []
    }

    func rename(_ id: ChatTask.ID, to title: String, isProvisional: Bool) throws -> [SessionEvent] {
        try db.setTitle(id, title, isProvisional: isProvisional)
        return try changed(id)
    }

    func setMode(_ id: ChatTask.ID, _ mode: Turn.Mode) throws -> [SessionEvent] {
        try db.setMode(id, mode)
        return try changed(id)
    }

    func setPinned(_ id: ChatTask.ID, _ isPinned: Bool) throws -> [SessionEvent] {
        try db.setPinned(id, isPinned)
        return try changed(id)
    }

    func setArchived(_ id: ChatTask.ID, _ isArchived: Bool) throws -> [SessionEvent] {
        try db.setArchived(id, isArchived)
        return try changed(id)
    }

    /// Moves the last-read mark forward, but not over a reply that is still to come: that is read when it is whole.
    func markRead(_ id: ChatTask.ID, upTo message: Message.ID) throws -> [SessionEvent] {
        let mark = min(message, try db.firstOpenTurn(of: id) ?? message)
        return try db.moveLastRead(of: id, forwardTo: mark) ? changed(id) : []
    }

    func setDeleted(_ id: ChatTask.ID, _ isDeleted: Bool) throws -> [SessionEvent] {
        try db.setDeleted(id, at: isDeleted ? now : nil)
        return try changed(id)
    }

    /// - Parameter isOwed: whether its service is to delete it too.
    func delete(_ id: ChatTask.ID, isOwed: Bool) throws -> [SessionEvent] {
        guard let task = try db.task(id) else { return [] }
        try db.delete(task, isOwed: isOwed)
        return [.taskRemoved(id)]
    }

    /// Deletes a task in which the person has said nothing and that has no draft.
    func discardIfEmpty(_ id: ChatTask.ID, isOwed: Bool) throws -> [SessionEvent] {
        guard let task = try db.task(id), task.draft.text.isEmpty, try !db.hasUserMessage(in: id) else {
            return []
        }
        return try delete(id, isOwed: isOwed)
    }
}
