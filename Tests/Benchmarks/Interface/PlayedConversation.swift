import ChatUI
import Foundation
import RichText
import SessionCore
import Settings

/// The interface over a made-up store: so many tasks, and in the first of them so many messages, of which the last one is
/// a reply that streams in.
@MainActor
struct PlayedConversation {
    var messages = 10
    var tasks = 10
    /// What has arrived of the reply.
    var reply = ""
    var size = Size(columns: 120, rows: 40)
    /// A screen to draw on beside the canvas.
    var device: (any Screen)?

    static let agent = Agent(id: "agent", name: "Agent")
    private static let now = Date(timeIntervalSince1970: 1_773_500_966)

    /// What each stimulus costs, in seconds of the processor.
    func costs(of stimuli: [PlayedScreen.Stimulus]) -> [Double] {
        let mailbox = Mailbox()
        mailbox.put(.tasks((0..<tasks).map(task)))
        // The list and the first page are taken in meanwhile.
        let warmUp = Array(repeating: PlayedScreen.Stimulus.input(.focus(true)), count: 5)
        let screen = PlayedScreen(size: size, mailbox: mailbox, stimuli: warmUp + stimuli, device: device)
        let services = ApplicationServices(
            submit: { intent in
                if case .load(let request) = intent { mailbox.put(.page(page(request))) }
            },
            edit: { $0 }, saveTheme: { _ in },
            clock: .init(instant: { .now }, date: { Self.now }))
        let catalog = ThemeCatalog()
        let application = Application(
            screen: screen, mailbox: mailbox, services: services,
            accounts: [
                AccountEntry(name: "local", agents: [Self.agent], capabilities: [.streams, .background])
            ],
            keymap: Keymap.make().0,
            themes: ThemeChoice(
                all: catalog.all, automatic: (catalog.auto(dark: true), catalog.auto(dark: false)),
                name: "auto"),
            zone: .utc)
        consume(application.run())
        // The first cost is that of the start.
        return Array(screen.costs.dropFirst(warmUp.count + 1))
    }

    func cost(of stimuli: [PlayedScreen.Stimulus]) -> Double { costs(of: stimuli).median }

    // MARK: What is played

    /// The reply goes on, in chunks of 20 bytes.
    func chunks(_ count: Int) -> [PlayedScreen.Stimulus] {
        var offset = reply.utf8.count
        return Samples.chunks(Samples.prose(count * 20)).map { chunk in
            defer { offset += chunk.utf8.count }
            return .event(
                .chunk(task: Self.id(0), message: Message.ID(messages), offset: offset, text: chunk))
        }
    }

    static func typed(_ count: Int) -> [PlayedScreen.Stimulus] {
        Samples.prose(count).map { .input(.key(Key($0 == "\n" ? " " : $0))) }
    }

    static func pressed(_ key: Key, _ count: Int) -> [PlayedScreen.Stimulus] {
        Array(repeating: .input(.key(key)), count: count)
    }

    /// Tasks from all over the list have something new, and so go to its top.
    func news(_ count: Int) -> [PlayedScreen.Stimulus] {
        (0..<count).map { step in
            var task = task(tasks - 1 - step * tasks / count)
            task.updatedAt = Self.now.addingTimeInterval(Double(step))
            task.unread = 1
            return .event(.task(task))
        }
    }

    // MARK: The store

    private static func id(_ number: Int) -> ChatTask.ID {
        let digits = String(number, radix: 16)
        return ChatTask.ID(rawValue: String(repeating: "0", count: 16 - digits.count) + digits)
    }

    private func task(_ number: Int) -> ChatTask {
        let at = Self.now.addingTimeInterval(-60 * Double(number))
        return ChatTask(
            id: Self.id(number), account: "local", agent: Self.agent,
            title: "What was asked the \(number)th time",
            state: number == 0 ? .running : .idle, createdAt: at, updatedAt: at)
    }

    private func message(_ number: Int, in task: ChatTask.ID) -> Message {
        let isReply = number.isMultiple(of: 2)
        let isLast = number == messages
        return Message(
            id: Message.ID(number), task: task, turn: Turn.ID((number - 1) / 2),
            role: isReply ? .agent : .user,
            text: isLast ? reply : isReply ? Samples.prose(600) : "And what does number \(number) mean?",
            at: Self.now.addingTimeInterval(-60 * Double(messages - number)),
            state: isLast ? .streaming : .complete)
    }

    private func page(_ request: PageRequest) -> MessagePage {
        let count = request.task == Self.id(0) ? messages : 10
        let numbers: ClosedRange<Int>
        switch request.place {
        case .newest: numbers = max(1, count - request.limit + 1)...count
        case .before(let id): numbers = max(1, Int(id) - request.limit)...max(1, Int(id) - 1)
        case .after(let id):
            let first = max(0, Int(clamping: id)) + 1
            numbers = min(first, count)...min(count, first + request.limit - 1)
        case .around(let id): numbers = max(1, Int(id) - 25)...min(count, Int(id) + 25)
        }
        return MessagePage(
            request: request, messages: numbers.map { message($0, in: request.task) }, turns: [],
            hasEarlier: numbers.lowerBound > 1, hasLater: numbers.upperBound < count)
    }
}
