import AgentAPI
import SessionCore
import Synchronization

/// How the conversations began that were created or listed: with a welcome that is none of their messages.
final class AUIWelcomes: Sendable {
    private let tasks = Mutex<[String: AUI.Task]>([:])

    func note(_ noted: [AUI.Task]) {
        tasks.withLock { tasks in
            for task in noted { tasks[task.id] = task }
        }
    }

    /// The messages of a conversation with its welcome in front, where it is known.
    func beginning(_ messages: [RemoteMessage], of id: String) -> [RemoteMessage] {
        guard let task = tasks.withLock({ $0[id] }), let welcome = task.welcomeMessage, !welcome.isEmpty,
            messages.first?.text != welcome
        else { return messages }
        // Once something was said there are other suggestions.
        let suggestions = messages.isEmpty ? task.suggestions ?? [] : []
        let opening = RemoteMessage(
            serviceID: Self.messageID(of: id), role: .agent, text: welcome, at: messages.first?.at,
            extras: Extras(suggestions: suggestions))
        return [opening] + messages
    }

    /// The service gives the welcome none.
    static func messageID(of task: String) -> String { "welcome:\(task)" }
}
