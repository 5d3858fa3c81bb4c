import RichText
import SessionCore

// What the person asks to be narrated.
extension Narrator {
    /// Narrates messages before those that were narrated.
    /// - Returns: false if they have to be loaded first.
    mutating func narrateEarlier(_ model: Model, most: Int = pageLength) -> Bool {
        guard let task = model.tasks.focusedTask, let transcript = model.conversation[task.id] else {
            say("There is no task.")
            return true
        }
        let messages = transcript.messages.prefix { $0.id < earliest ?? .max }.suffix(most)
        guard let first = messages.first else {
            if transcript.hasEarlier { return false }
            say("There are no earlier messages.")
            return true
        }
        earliest = first.id
        for message in messages { narrate(message, task, model) }
        separate()
        let isAll = messages.count == transcript.messages.prefix { $0.id <= messages.last?.id ?? .max }.count
        say(
            isAll && !transcript.hasEarlier
                ? "These were the first messages." : "These were earlier messages: /page-up shows more.")
        return true
    }

    /// Narrates the last message and its reply again.
    mutating func narrateEnd(_ model: Model) {
        guard let task = model.tasks.focusedTask, let transcript = model.conversation[task.id],
            !transcript.messages.isEmpty
        else { return say("There are no messages in this task yet.") }
        let shown = transcript.messages.suffix(2)
        earliest = shown.first?.id
        for message in shown where message.id != speech?.message { narrate(message, task, model) }
        separate()
    }

    /// Narrates one message, and where it lies among those that are here.
    mutating func narrate(_ id: Message.ID, _ model: Model) {
        guard let task = model.tasks.focusedTask, let transcript = model.conversation[task.id],
            let index = transcript.index(of: id)
        else { return }
        narrate(transcript.messages[index], task, model)
        separate()
        if index == transcript.messages.count - 1 {
            say("This is the last message.")
        } else if index == 0, !transcript.hasEarlier {
            say("This is the first message.")
        }
    }

    /// Narrates the steps of the selected message, or of the last reply, with what went in and came out.
    mutating func narrateSteps(_ model: Model) {
        let transcript = model.tasks.focused.flatMap { model.conversation[$0] }
        guard let message = transcript?.selectedMessage ?? transcript?.lastReply,
            !message.extras.steps.isEmpty
        else { return say("There are no steps here.") }
        separate()
        say(message.extras.stepList)
        separate()
    }

    /// Narrates every command.
    mutating func narrateHelp() {
        separate()
        say(
            """
            What you write is sent when you press Enter. A line that ends with a backslash goes on in the next one; lines that \
            are pasted together are sent by an empty line. Ctrl-C stops the reply, and quits when pressed twice while nothing runs; \
            Ctrl-D quits. A line that begins with a slash is a command, and two slashes send a message that begins with one:
            """)
        for command in SlashCommand.all { say("\(command.usage): \(command.summary)") }
        separate()
    }
}
