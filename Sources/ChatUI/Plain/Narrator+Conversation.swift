import RichText
import SessionCore

/// A reply that is being narrated.
struct Speech: Sendable {
    let message: Message.ID
    /// The bytes that were narrated.
    private(set) var count = 0
    /// The last of them, to notice that the agent has replaced what was narrated.
    private var tail: [UInt8] = []
    var steps: [Step.ID: Step.State] = [:]

    private static let tailLength = 64

    init(_ message: Message.ID) { self.message = message }

    /// - Returns: what was not narrated yet; nil if the text does not begin with what was narrated.
    mutating func rest(of text: String) -> String? {
        let bytes = text.utf8
        guard bytes.count >= count,
            bytes.dropFirst(count - tail.count).prefix(tail.count).elementsEqual(tail)
        else { return nil }
        let rest = bytes.dropFirst(count)
        count = bytes.count
        tail = (tail + rest.suffix(Self.tailLength)).suffix(Self.tailLength)
        return String(decoding: rest, as: UTF8.self)
    }
}

// What becomes of the shown task is narrated as it happens.
extension Narrator {
    /// The most messages that are narrated when a task is opened.
    private static let mostAtOpening = 20
    /// How many messages are narrated at once on request.
    static let pageLength = 10

    /// Narrates what is new since the last time.
    mutating func narrate(_ model: Model) {
        guard let task = model.tasks.focusedTask else { return }
        if task.id != self.task { open(task) }
        guard let transcript = model.conversation[task.id], transcript.isLoaded else { return }
        guard isIntroduced else {
            // What is new is what comes behind the end.
            return transcript.hasLater ? () : introduce(task, transcript, model)
        }
        for message in transcript.messages.reversed().prefix(while: { $0.id > baseline }).reversed() {
            if narrated.insert(message.id).inserted { begin(message, task) }
            if speech?.message == message.id { narrateMore(of: message, task) }
        }
        narrateTurns(task, transcript, model)
    }

    // MARK: Opening a task

    private mutating func open(_ task: ChatTask) {
        endReply()
        (self.task, isIntroduced, speech) = (task.id, false, nil)
        (baseline, narrated, earliest, turns) = (.min, [], nil, [:])
        separate()
        let partner = SafeText.cell("\(task.agent.name) (\(task.account))")
        let title = SafeText.cell(task.shownTitle)
        let isNew = task.title.isEmpty && task.serviceID == nil
        let how = task.mode == .background ? " Messages are sent in the background." : ""
        say((isNew ? "A new task with \(partner)." : "Task “\(title)” with \(partner).") + how)
    }

    /// Narrates the end of the conversation: what is new to the person, or the last message and its reply.
    private mutating func introduce(_ task: ChatTask, _ transcript: Transcript, _ model: Model) {
        isIntroduced = true
        let messages = transcript.messages
        baseline = messages.last?.id ?? .min
        narrated = Set(messages.map(\.id))
        turns = transcript.turns.mapValues(\.state)
        defer { leadsToMatch = false }
        let firstNew = task.unread > 0 ? messages.firstIndex { $0.isReply(after: task.lastRead) } : nil
        let first = min(messages.count - 2, (firstNew ?? .max / 2) - 1)
        let shown = messages.dropFirst(max(0, first)).suffix(Self.mostAtOpening)
        earliest = shown.first?.id
        guard !leadsToMatch else { return }
        if shown.count < messages.count || transcript.hasEarlier {
            say("There are earlier messages: /page-up shows them.")
        }
        for message in shown { narrate(message, task, model) }
        if let last = transcript.turns.values.max(by: { $0.id < $1.id }), last.state != .done {
            narrate(last, task, transcript, model)
        }
    }

    // MARK: Messages

    /// Narrates a message that was said before, with its time.
    mutating func narrate(_ message: Message, _ task: ChatTask, _ model: Model) {
        endReply()
        separate()
        let author = message.role == .user ? "You" : SafeText.cell(task.agent.name)
        say("\(author), \(model.context.labels.time(message.at)):")
        guard message.state != .streaming else {
            speech = Speech(message.id)
            return narrateMore(of: message, task)
        }
        let steps = message.extras.steps.count
        if steps > 0 { say(steps == 1 ? "(1 step: /steps shows it)" : "(\(steps) steps: /steps shows them)") }
        if !message.text.isEmpty { say(message.plainText) }
        narrateOffers(of: message)
    }

    /// Begins to narrate a message that has just come.
    private mutating func begin(_ message: Message, _ task: ChatTask) {
        earliest = earliest ?? message.id
        endReply()
        if message.role == .user {
            if let index = typed.firstIndex(of: message.text) {
                typed.removeSubrange(...index)
            } else {
                separate()
                say("You:\n" + message.text)
            }
            return
        }
        separate()
        say(SafeText.cell(task.agent.name) + ":")
        speech = Speech(message.id)
    }

    private mutating func narrateMore(of message: Message, _ task: ChatTask) {
        guard var speech else { return }
        narrateSteps(of: message, &speech)
        if let rest = speech.rest(of: message.text) {
            continueReply(rest)
        } else {
            endReply()
            say("\(SafeText.cell(task.agent.name)) has changed the reply:")
            let steps = speech.steps
            speech = Speech(message.id)
            speech.steps = steps
            if let text = speech.rest(of: message.text) { continueReply(text) }
        }
        self.speech = speech
        guard message.state != .streaming else { return }
        endReply()
        narrateOffers(of: message)
        self.speech = nil
    }

    private mutating func narrateSteps(of message: Message, _ speech: inout Speech) {
        for step in message.extras.steps where speech.steps[step.id] != step.state {
            let isNew = speech.steps.updateValue(step.state, forKey: step.id) == nil
            guard isNew || step.state == .failed else { continue }
            endReply()
            let state = step.state == .failed ? "Step failed" : "Step"
            say("\(state): \(SafeText.cell(step.title)) (\(step.kind.rawValue))")
        }
    }

    /// Narrates the cards and suggestions of a message.
    private mutating func narrateOffers(of message: Message) {
        let offers = message.extras.offerList
        guard !offers.isEmpty else { return }
        separate()
        say(offers)
        if !message.extras.suggestions.isEmpty { say("(/suggestions sends one of the suggestions)") }
    }

    // MARK: Turns

    private mutating func narrateTurns(_ task: ChatTask, _ transcript: Transcript, _ model: Model) {
        for turn in transcript.turns.values.sorted(by: { $0.id < $1.id }) where turns[turn.id] != turn.state {
            let before = turns.updateValue(turn.state, forKey: turn.id)
            if turn.state == .sending, before?.isOver == true { say("Sent again.") }
            if turn.state == .queued, !transcript.isBusy(besides: turn.id) { continue }
            if turn.state.isEndedBadly { failures += 1 }
            narrate(turn, task, transcript, model)
        }
    }

    private mutating func narrate(_ turn: Turn, _ task: ChatTask, _ transcript: Transcript, _ model: Model) {
        guard turn.state != .sending, turn.state != .streaming else { return }
        if turn.state.isOver { endReply() }
        var layout = model.conversation.blockLayout(model.context)
        layout.width = Int(Int32.max)
        layout.prose = layout.width
        let reply = turn.reply.flatMap { id in transcript.messages.last { $0.id == id } }
        let note = TurnNote(
            layout: layout, turn: turn, targets: transcript.targets,
            isWithoutText: reply?.isWithoutText ?? false)
        separate()
        let agent = SafeText.cell(task.agent.name)
        let lines = note.lines.map { SafeText.cell($0.text).asSentence }
        switch turn.state {
        case .done: say((lines + ["\(agent) has finished."]).joined(separator: "\n"))
        case .waiting: say("\(agent) waits for your answer: send it as the next message.")
        default: if !lines.isEmpty { say(lines.joined(separator: "\n")) }
        }
        if turn.state.isOver { separate() }
    }
}

extension Message {
    fileprivate func isReply(after last: Message.ID?) -> Bool { role == .agent && id > last ?? .min }
}

extension Turn.State {
    fileprivate var isEndedBadly: Bool {
        switch self {
        case .failed, .truncated, .unconfirmed, .stopped: true
        case .queued, .sending, .streaming, .running, .waiting, .done: false
        }
    }
}

extension Transcript {
    /// Whether a turn other than this one is under way.
    func isBusy(besides turn: Turn.ID? = nil) -> Bool {
        turns.values.contains { other in
            other.id != turn && !other.state.isOver
                && (other.state != .queued || other.failure?.kind == .busy)
        }
    }
}

extension String {
    /// With a capital letter at its beginning and a full stop at its end.
    fileprivate var asSentence: String {
        let end = last.map { ".!?…:".contains($0) } ?? true ? "" : "."
        return prefix(1).uppercased() + dropFirst() + end
    }
}
