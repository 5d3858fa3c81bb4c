import Foundation

/// A new task that is to hold what another one holds, up to some message.
struct Fork: Sendable {
    /// As it is to be, but for the service's id.
    var task: ChatTask

    init(_ id: ChatTask.ID, of origin: ChatTask, at now: Date) {
        task = ChatTask(
            id: id, account: origin.account, agent: origin.agent, title: origin.title,
            titleIsProvisional: origin.titleIsProvisional, createdAt: now, updatedAt: now, mode: origin.mode,
            origin: origin.id)
    }
}

extension SessionManager {
    func fork(_ id: ChatTask.ID, upTo message: Message.ID?, as new: ChatTask.ID) async {
        await attempt {
            guard !isClosing, let task = try await store.task(id) else { return }
            guard let service = accounts[task.account], service.capabilities.contains(.forks) else {
                throw ForkError.impossible(task.account)
            }
            let point = try await point(message, in: id)
            let (fork, conversation) = (Fork(new, of: task, at: now), Conversation(task))
            detach(outlastsQuit: true) { [post] in
                let result = await ServiceError.catching {
                    try await service.fork(conversation, upTo: point)
                }
                post(.forked(fork, result))
            }
        }
    }

    /// The service's id of the message up to which a conversation is forked; nil for all of it.
    private func point(_ message: Message.ID?, in task: ChatTask.ID) async throws -> String? {
        guard let message, let said = try await store.message(message), said.task == task else { return nil }
        if let serviceID = said.serviceID { return serviceID }
        let rest = try await store.page(PageRequest(task: task, place: .after(message), limit: 1))
        guard rest.messages.isEmpty else { throw ForkError.nameless }
        return nil
    }

    func forked(_ fork: Fork, _ result: Result<String, ServiceError>) async {
        switch result {
        case .success(let serviceID):
            var task = fork.task
            task.serviceID = serviceID
            await attempt { try await tell(store.insert(task)) }
        case .failure(let error):
            tell([.problem("“\(fork.task.title)” could not be forked. \(error.inWords)")])
        }
    }
}

private enum ForkError: Error, CustomStringConvertible {
    case impossible(AccountName)
    case nameless

    var description: String {
        switch self {
        case .impossible(let account): "Tasks of “\(account)” cannot be forked."
        case .nameless:
            "The service has no name for this message, so the task cannot be forked from it. Fork it from an answer."
        }
    }
}
