import AgentAPI
import SessionCore

/// The steps of a chat task as messages and reply events. Pure.
struct XagentTranscript {
    private let steps: [Xagent.Step]

    init(_ list: Xagent.StepList) { steps = list.steps }

    /// Every message, oldest first, each with the steps that led to it.
    var messages: [RemoteMessage] {
        var messages: [RemoteMessage] = []
        var pending: [Step] = []
        for step in steps {
            guard let (role, text) = step.message else {
                pending.append(Step(step))
                continue
            }
            if role == .user, !pending.isEmpty {
                messages.append(RemoteMessage(role: .agent, text: "", extras: Extras(steps: pending)))
                pending = []
            }
            messages.append(
                RemoteMessage(
                    serviceID: step.id, role: role, text: text, at: step.startedAt?.date,
                    extras: Extras(steps: pending)))
            pending = []
        }
        if !pending.isEmpty {
            messages.append(RemoteMessage(role: .agent, text: "", extras: Extras(steps: pending)))
        }
        return messages
    }

    /// The events after the user's last message.
    /// - Parameter input: The turn's message; there are no events if the user's last message is another. nil matches any.
    func reply(to input: String?) -> [ReplyEvent] {
        guard let start = steps.lastIndex(where: { $0.message?.role == .user }) else { return [] }
        if let input, steps[start].message?.text != input { return [] }
        let turn = steps[(start + 1)...]
        let text = turn.compactMap { $0.message?.text }.joined(separator: "\n\n")
        let reported = turn.filter { $0.message == nil }.map { ReplyEvent.step(Step($0)) }
        let id = turn.last { $0.message != nil }.map { [ReplyEvent.messageID($0.id)] } ?? []
        return reported + (text.isEmpty ? [] : [.wholeText(text)]) + id
    }
}

extension Xagent.Step {
    /// Role and text, if the step is a message.
    var message: (role: Message.Role, text: String)? {
        guard type == "message" else { return nil }
        return (data["role"]?.string == "user" ? .user : .agent, data["content"]?.readable ?? "")
    }
}

extension Step {
    init(_ step: Xagent.Step) {
        let data = step.data
        let failure = data["error"].flatMap { $0.isNull ? nil : $0.readable }
        let state: State =
            switch step.status {
            case "running": .running
            case "failed": .failed
            default: failure == nil ? .completed : .failed
            }
        switch step.type {
        case "thinking":
            let phase = data["phase"]?.string ?? ""
            self.init(
                id: step.id, kind: .thinking, title: phase.isEmpty ? "thinking" : phase, state: state,
                detail: data["content"]?.readable ?? "")
        case "tool_call":
            self.init(
                id: step.id, kind: .tool, title: data["name"]?.string ?? "tool", state: state,
                detail: Self.detail(data["args"]?.readable, failure ?? data["result"]?.readable))
        case "agent_delegation":
            self.init(
                id: step.id, kind: .delegation, title: data["sub_agent_name"]?.string ?? "agent",
                state: state,
                detail: Self.detail(data["input"]?.readable, failure ?? data["output"]?.readable))
        default:
            self.init(id: step.id, kind: .other, title: step.type, state: state, detail: data.compact)
        }
    }
}
