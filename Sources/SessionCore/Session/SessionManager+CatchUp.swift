// What was said elsewhere in a conversation that is here already.

extension SessionManager {
    /// Asks the service for the newest messages of a task that is looked at: once, and again after a refresh. Whatever fails, what is
    /// here is shown, and the next look asks again.
    func catchUp(_ id: ChatTask.ID) async throws {
        guard !isClosing, !caughtUp.contains(id), let task = try await store.task(id), task.serviceID != nil,
            let service = accounts[task.account], service.capabilities.contains(.history),
            try await store.activeTurn(of: id) == nil
        else { return }
        caughtUp.insert(id)
        let place = HistoryPlace(account: task.account, conversation: Conversation(task), page: nil)
        detach(outlastsQuit: false) { [post] in
            let result = await ServiceError.catching {
                try await service.history(place.conversation, page: nil)
            }
            post(.newest(place, result))
        }
    }

    func receivedNewest(_ place: HistoryPlace, _ result: Result<Page<RemoteMessage>, ServiceError>) async {
        guard !isClosing else { return }
        switch result {
        case .success(let page):
            await attempt { try await tell(store.catchUp(with: page.elements, at: place, now: now)) }
        case .failure: caughtUp.remove(place.conversation.task)
        }
    }
}
