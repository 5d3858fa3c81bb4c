import SessionCore

/// What a service remembers of a task from before the messages that are here. It is fetched for a command that prints the task.
struct RemoteHistory {
    let task: ChatTask
    let store: SessionStore
    let context: ProgramContext

    private enum Event: Sendable {
        case state(FetchState)
        case problem(String)
    }

    /// Fetches what is missing, and reports on standard error what is still missing then.
    /// - Parameters:
    ///   - offline: whether no service may be asked.
    ///   - last: how many messages are enough; nil for all.
    /// - Returns: false if something could not be fetched.
    func complete(offline: Bool, last: Int? = nil) async throws -> Bool {
        guard try await isMissing(last) else { return true }
        guard !offline else {
            report("Without --offline they are fetched.")
            return true
        }
        guard store.isWritable else {
            report("They cannot be stored here.")
            return false
        }
        let workspace = try await Workspace.open(
            context, needsLocal: { _ in task.account == ProgramContext.localAccount })
        let problem: String?
        do {
            problem = try await fetch(by: workspace, last)
        } catch {
            await workspace.close()
            throw error
        }
        await workspace.close()
        if let problem { report(problem) }
        return problem == nil
    }

    /// - Returns: why something is missing still.
    private func fetch(by workspace: Workspace, _ last: Int?) async throws -> String? {
        guard let account = workspace.accounts.first(where: { $0.name == task.account }) else {
            return "The config has no account “\(task.account)”."
        }
        guard account.service.capabilities.contains(.history) else {
            report("It does not offer them.")
            return nil
        }
        let (events, sink) = AsyncStream<Event>.makeStream()
        let manager = workspace.makeManager { [id = task.id] event in
            switch event {
            case .history(id, let state): sink.yield(.state(state))
            case .problem(let text): sink.yield(.problem(text))
            default: break
            }
        }
        await manager.start(resuming: false)
        manager.submit(.loadEarlier(task.id))
        var problem: String?
        loop: for await event in events {
            switch event {
            case .state(.more):
                guard try await isMissing(last) else { break loop }
                manager.submit(.loadEarlier(task.id))
            case .state(.complete): break loop
            case .state(.waiting(let error, _)), .state(.failed(let error)):
                problem = error.description
                break loop
            case .problem(let text):
                problem = text
                break loop
            case .state: break
            }
        }
        await manager.shutdown(grace: .zero)
        return problem
    }

    private func isMissing(_ last: Int?) async throws -> Bool {
        guard try await store.lacksHistory(of: task.id) else { return false }
        guard let last else { return true }
        let page = PageRequest(task: task.id, place: .newest, limit: last)
        return try await store.page(page).messages.count < last
    }

    private func report(_ reason: String) {
        Output.error.report("Earlier messages of this task are still at the service. \(reason)")
    }
}
