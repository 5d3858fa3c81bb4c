import AgentAPI
import SessionCore

/// The stored events of a session as messages, oldest first. Pure.
struct VectaraTranscript {
    private(set) var messages: [RemoteMessage] = []
    private var reply = VectaraReply()
    /// What belongs to the next message of the agent.
    private var pending = Extras()

    init(_ events: [Vectara.Event]) {
        for event in events { take(event) }
        flush()
    }

    private mutating func take(_ event: Vectara.Event) {
        if event.type == "input_message" {
            flush()
            messages.append(
                RemoteMessage(
                    serviceID: event.id, role: .user, text: event.inputText, at: event.createdAt?.date))
            return
        }
        var text = ""
        for told in reply.take(event) {
            switch told {
            case .text(let more): text += more
            case .step(let step): pending.add(step)
            default: break
            }
        }
        if !text.isEmpty { say(text, event) }
    }

    private mutating func say(_ text: String, _ event: Vectara.Event) {
        messages.append(
            RemoteMessage(
                serviceID: event.id, role: .agent, text: text, at: event.createdAt?.date, extras: pending))
        pending = Extras()
        reply = VectaraReply()
    }

    /// Steps that led to nothing are shown all the same.
    private mutating func flush() {
        if !pending.isEmpty { messages.append(RemoteMessage(role: .agent, text: "", extras: pending)) }
        pending = Extras()
        reply = VectaraReply()
    }
}

extension Extras {
    fileprivate mutating func add(_ step: Step) {
        if let place = steps.firstIndex(where: { $0.id == step.id }) {
            steps[place] = step
        } else {
            steps.append(step)
        }
    }
}
