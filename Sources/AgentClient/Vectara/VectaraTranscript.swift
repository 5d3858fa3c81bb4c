import AgentAPI
import SessionCore

/// The stored events of a session as messages, oldest first. Pure.
struct VectaraTranscript {
    private(set) var messages: [RemoteMessage] = []
    private var reply = VectaraReply()
    /// What was seen since the last message and belongs to the agent's next.
    private var pending = Extras()

    init(_ events: [Vectara.Event]) {
        for event in events { apply(event) }
        flush()
    }

    private mutating func apply(_ event: Vectara.Event) {
        if event.type == "input_message" {
            flush()
            messages.append(
                RemoteMessage(
                    serviceID: event.id, role: .user, text: event.inputText, at: event.createdAt?.date))
            return
        }
        var text = ""
        for event in reply.apply(event) {
            switch event {
            case .text(let more): text += more
            case .step(let step): pending.add(step)
            default: break
            }
        }
        if !text.isEmpty { appendAgentMessage(text, event) }
    }

    private mutating func appendAgentMessage(_ text: String, _ event: Vectara.Event) {
        messages.append(
            RemoteMessage(
                serviceID: event.id, role: .agent, text: text, at: event.createdAt?.date, extras: pending))
        pending = Extras()
        reply = VectaraReply()
    }

    /// Steps without a message after them get an empty one.
    private mutating func flush() {
        if !pending.isEmpty { messages.append(RemoteMessage(role: .agent, text: "", extras: pending)) }
        pending = Extras()
        reply = VectaraReply()
    }
}

extension Extras {
    fileprivate mutating func add(_ step: Step) {
        if let index = steps.firstIndex(where: { $0.id == step.id }) {
            steps[index] = step
        } else {
            steps.append(step)
        }
    }
}
