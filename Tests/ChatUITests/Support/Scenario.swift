import Foundation
import RichText
import SessionCore
import Settings
import TestSupport
import Testing

@testable import ChatUI

/// A model on a screen of some size. The test plays the person and the session manager: keys and events go in, effects come out,
/// and the screen is a canvas.
struct Scenario {
    var model: Model
    /// The intents for the session manager, oldest first.
    var intents: [Intent] = []
    /// The other effects, oldest first.
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
        let context = PaneContext(
            accounts: Accounts(accounts, offers: offers), keymap: Keymap.make(bindings: bindings).0,
            labels: TimeLabels(zone: .utc), now: Self.now, size: Size(columns: columns, rows: rows))
        let plain = Theme(name: "plain", variant: .dark, styles: RoleStyles.all)
        model = Model(
            context: context,
            themes: ThemeChoice(
                all: themes.isEmpty ? [plain] : themes, automatic: (plain, plain), name: "auto"))
        receive(.tasks(tasks))
    }

    // MARK: The person

    /// Presses keys by their names: `press("ctrl-x ctrl-e")`.
    mutating func press(_ keys: String...) {
        for text in keys.flatMap({ $0.split(separator: " ") }) {
            guard let key = Key(text: String(text)) else {
                Issue.record("\(text) is not a key")
                continue
            }
            carryOut(model.press(key))
        }
    }

    mutating func type(_ text: String) {
        for character in text { carryOut(model.press(Key(character))) }
    }

    mutating func point(_ kind: MouseEvent.Kind, row: Int, column: Int) {
        carryOut(model.point(MouseEvent(kind, row: row, column: column)))
    }

    mutating func paste(_ text: String) { carryOut(model.paste(text)) }
    mutating func perform(_ action: Action) { carryOut(model.perform(action)) }
    mutating func focus(_ hasFocus: Bool) { carryOut(model.focusChanged(hasFocus)) }
    mutating func resize(columns: Int, rows: Int) { model.resize(to: Size(columns: columns, rows: rows)) }

    // MARK: The session manager

    mutating func receive(_ events: SessionEvent...) {
        for event in events { receive(.session(event)) }
    }

    mutating func receive(_ mail: Mail) { carryOut(model.receive(mail)) }
    mutating func receive(_ answer: AccountWizardAnswer) { receive(.accountWizard(answer)) }
    mutating func receive(_ answer: AgentsAnswer) { receive(.agents(answer)) }

    /// Answers the page request that is open for the focused task with these messages.
    mutating func load(
        _ messages: [Message] = [], turns: [Turn] = [], hasEarlier: Bool = false, hasLater: Bool = false
    ) {
        guard let id = model.tasks.focused, let request = model.conversation.transcripts[id]?.pending else {
            Issue.record("no page was asked for")
            return
        }
        for message in messages { lastMessage = max(lastMessage, message.id) }
        receive(
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
        agent: Agent = guide, account: String = "local", serviceID: String? = nil,
        mode: Turn.Mode = .streamed,
        pinned: Bool = false, lastTurn: Turn.ID? = 1, lastRead: Message.ID? = nil
    ) -> ChatTask {
        let at = now.addingTimeInterval(-minutesAgo * 60)
        return ChatTask(
            id: ChatTask.ID(rawValue: id), account: account, agent: agent, serviceID: serviceID, title: title,
            state: state,
            createdAt: at,
            updatedAt: at, lastTurn: lastTurn, mode: mode, lastRead: lastRead, unread: unread,
            isPinned: pinned)
    }

    // MARK: What came of it

    /// Draws the screen and returns its rows as text.
    mutating func screen() -> String { canvas().text }

    mutating func canvas() -> Canvas {
        carryOut(model.layout())
        return model.view().canvas()
    }

    /// The rows of the conversation on the screen.
    var rows: [Transcript.Row] {
        mutating get {
            carryOut(model.layout())
            return model.conversation.rows
        }
    }

    /// As the application does.
    private mutating func carryOut(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .submit(let intent): intents.append(intent)
            case .notice(let text, let role, let subject):
                model.show(Notice(text: text, role: role, subject: subject))
            default: self.effects.append(effect)
            }
        }
    }

    mutating func expectScreen(
        _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        if let difference = Golden.difference(canvas(), name: name, folder: "../Golden") {
            Issue.record(Comment(rawValue: difference), sourceLocation: sourceLocation)
        }
    }
}
