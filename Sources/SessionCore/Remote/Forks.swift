import Foundation

/// A new task that holds what another one holds, up to some message.
struct Fork: Sendable {
    /// As it is stored, except for the service's id.
    var task: ChatTask

    init(_ id: ChatTask.ID, of origin: ChatTask, at now: Date) {
        task = ChatTask(
            id: id, account: origin.account, agent: origin.agent, title: origin.title,
            titleIsProvisional: origin.titleIsProvisional, createdAt: now, updatedAt: now, mode: origin.mode,
            origin: origin.id)
    }
}

/// Forks conversations at their services. It keeps nothing.
struct Forks {
    let context: SessionContext

    func begin(_ id: ChatTask.ID, upTo message: Message.ID?, as new: ChatTask.ID) async {
        await context.attempt {
            guard !context.isClosing, let task = try await context.store.task(id) else { return }
            guard let service = context.service(of: task.account, with: .forks) else {
                throw ForkError.unsupported(task.account)
            }
            let point = try await point(message, in: id)
            let (fork, conversation) = (Fork(new, of: task, at: context.now), Conversation(task))
            context.request(outlastsQuit: true) {
                let result = await ServiceError.catching {
                    try await service.fork(conversation, upTo: point)
                }
                return .forked(fork, result)
            }
        }
    }

    /// Where a conversation is forked; nil for all of it.
    private func point(_ message: Message.ID?, in task: ChatTask.ID) async throws -> ForkPoint? {
        guard let message, let said = try await context.store.message(message), said.task == task else {
            return nil
        }
        if said.serviceID == nil {
            let rest = try await context.store.page(
                PageRequest(task: task, place: .after(message), limit: 1))
            if rest.messages.isEmpty { return nil }
        }
        let before = try await context.store.page(
            PageRequest(task: task, place: .before(message), limit: ForkPoint.certainty - 1))
        return ForkPoint(
            serviceID: said.serviceID,
            words: (before.messages + [said]).map { RemoteMessage(role: $0.role, text: $0.text, at: $0.at) })
    }

    func forked(_ fork: Fork, _ result: Result<String, ServiceError>) async {
        switch result {
        case .success(let serviceID):
            var task = fork.task
            task.serviceID = serviceID
            await context.attempt(orKeep: .forked(fork, result)) { [task] in
                context.emit(try await context.transact { try $0.create(task) })
            }
        case .failure(let error):
            context.report("“\(fork.task.title)” could not be forked. \(error.description)")
        }
    }
}

private enum ForkError: Error, CustomStringConvertible {
    case unsupported(AccountName)

    var description: String {
        switch self {
        case .unsupported(let account): "“\(account)” does not support forking."
        }
    }
}
