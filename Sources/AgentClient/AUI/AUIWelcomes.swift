import AgentAPI
import SessionCore
import Synchronization

/// The welcomes of conversations that were created or listed. The service shows a welcome before the first message, but leaves it out of
/// the history.
final class AUIWelcomes: Sendable {
    private let tasks = Mutex<[String: AUI.Task]>([:])

    func remember(_ new: [AUI.Task]) {
        tasks.withLock { tasks in
            for task in new { tasks[task.id] = task }
        }
    }

    /// Puts a conversation's welcome, if it is known, before its messages.
    func prepending(to messages: [RemoteMessage], of id: String) -> [RemoteMessage] {
        guard let task = tasks.withLock({ $0[id] }), let welcome = task.welcomeMessage, !welcome.isEmpty,
            messages.first?.text != welcome
        else { return messages }
        // The suggestions of a welcome are outdated by the first message.
        let suggestions = messages.isEmpty ? task.suggestions ?? [] : []
        let message = RemoteMessage(
            serviceID: Self.messageID(of: id), role: .agent, text: welcome, at: messages.first?.at,
            extras: Extras(suggestions: suggestions))
        return [message] + messages
    }

    /// The service gives a welcome no id.
    static func messageID(of task: String) -> String { "welcome:\(task)" }
}
