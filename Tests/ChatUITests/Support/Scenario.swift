import Foundation
import RichText
import SessionCore
import Settings
import TestSupport
import Testing

@testable import ChatUI

/// A model on a screen of some size, with the session manager played by the test: keys go in, intents come out, events are
/// told, and the screen is a canvas.
struct Scenario {
    var model: Model
    /// What the model asked of the session manager, oldest first.
    var intents: [Intent] = []
    /// What it asked of everything else.
    var effects: [Effect] = []
    private var lastMessage: Message.ID = 0
    private var lastTurn: Turn.ID = 0

    /// 2026-03-14 15:09:26 UTC.
    static let now = Date(timeIntervalSince1970: 1_773_500_966)
    static let guide = Agent(id: "guide", name: "Guide")

    init(
        columns: Int = 80, rows: Int = 24,
        accounts: [AccountEntry] = [
            AccountEntry(name: "local", agents: [guide], capabilities: [.streams, .background, .history])
        ],
        offers: [ServiceOffer] = [], bindings: [KeyBinding] = [], tasks: [ChatTask] = [], themes: [Theme] = []
    ) {
        let plain = Theme(name: "plain", variant: .dark, styles: RoleStyles.all)
        model = Model(
            accounts: accounts, offers: offers, keymap: Keymap.make(bindings: bindings).0,
            themes: ThemeChoice(
                all: themes.isEmpty ? [plain] : themes, automatic: (plain, plain), name: "auto"),
            timeZone: TimeZone(secondsFromGMT: 0) ?? .current, now: Self.now,
            size: Size(columns: columns, rows: rows))
        tell(.tasks(tasks))
    }

    // MARK: The person

    /// Presses keys by their names: `press("ctrl-x ctrl-e")`.
    mutating func press(_ keys: String...) {
        for text in keys.flatMap({ $0.split(separator: " ") }) {
            guard let key = Key(text: String(text)) else {
                Issue.record("\(text) is not a key")
                continue
            }
            model.press(key)
            settle()
        }
    }

    mutating func type(_ text: String) {
        for character in text {
            model.press(Key(character))
            settle()
        }
    }

    // MARK: The session manager

    mutating func tell(_ events: SessionEvent...) {
        for event in events { _ = model.take(event) }
        settle()
    }

    /// What the program around the interface answers.
    mutating func tell(_ answer: AccountWizardAnswer) { tell(.setup(answer)) }

    mutating func tell(_ mail: Mail) {
        _ = model.take(mail)
        settle()
    }

    /// Answers the page request that is open for the focused task with these messages.
    mutating func load(
        _ messages: [Message] = [], turns: [Turn] = [], hasEarlier: Bool = false, hasLater: Bool = false
    ) {
        guard let id = model.tasks.focused, let request = model.transcripts[id]?.pending else {
            Issue.record("no page was asked for")
            return
        }
        for message in messages { lastMessage = max(lastMessage, message.id) }
        tell(
            .page(
                MessagePage(
                    request: request, messages: messages, turns: turns, hasEarlier: hasEarlier,
                    hasLater: hasLater)))
    }

    /// A message of the focused task with the next number.
    mutating func message(
        _ role: Message.Role, _ text: String, minutes: Double = 0, turn: Turn.ID? = nil,
        state: Message.State = .complete, extras: Extras = Extras()
    ) -> Message {
        lastMessage += 1
        return Message(
            id: lastMessage, task: model.tasks.focused ?? ChatTask.ID(rawValue: "none"), turn: turn,
            role: role,
            text: text, at: Self.now.addingTimeInterval(minutes * 60), state: state, extras: extras)
    }

    static func task(
        _ id: String, _ title: String, minutesAgo: Double = 0, state: ChatTask.State = .idle, unread: Int = 0,
        agent: Agent = guide, account: String = "local", mode: Turn.Mode = .streamed, pinned: Bool = false
    ) -> ChatTask {
        let at = now.addingTimeInterval(-minutesAgo * 60)
        return ChatTask(
            id: ChatTask.ID(rawValue: id), account: account, agent: agent, title: title, state: state,
            createdAt: at,
            updatedAt: at, mode: mode, unread: unread, isPinned: pinned)
    }

    // MARK: What came of it

    /// Draws the screen and returns its rows as text.
    mutating func screen() -> String { canvas().text }

    mutating func canvas() -> Canvas {
        let canvas = model.view().canvas()
        settle()
        return canvas
    }

    private mutating func settle() {
        for effect in model.effects {
            if case .submit(let intent) = effect { intents.append(intent) } else { effects.append(effect) }
        }
        model.effects = []
    }

    mutating func expectScreen(
        _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        if let difference = Golden.difference(canvas(), name: name, folder: "../Golden") {
            Issue.record(Comment(rawValue: difference), sourceLocation: sourceLocation)
        }
    }
}
